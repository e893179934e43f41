//! One connection: bytes out, HTTP replies in. It sends exactly what it is given, malformed or not.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::reply::Reply;

/// How long a test waits for bytes before it calls the server stuck.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Where a server listens, and how to know it.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub(crate) socket: SocketAddr,
    /// `None`: plain HTTP.
    pub(crate) tls: Option<Arc<ClientConfig>>,
}

/// A connection that stays open until it is dropped or the server ends it.
pub(crate) struct Wire {
    stream: BufReader<Stream>,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

/// A client's TLS that trusts the certificates in this PEM text and no other.
pub(crate) fn pinned(pem: &[u8]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        roots.add(certificate.unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

impl Wire {
    /// Opens a connection; with TLS the handshake happens with the first bytes.
    pub(crate) fn open(address: &Address) -> io::Result<Self> {
        let plain = TcpStream::connect_timeout(&address.socket, Duration::from_secs(10))?;
        plain.set_nodelay(true)?;
        plain.set_read_timeout(Some(PATIENCE))?;
        plain.set_write_timeout(Some(PATIENCE))?;
        let stream = match &address.tls {
            None => Stream::Plain(plain),
            Some(config) => {
                let name = ServerName::from(address.socket.ip());
                let connection =
                    ClientConnection::new(Arc::clone(config), name).map_err(io::Error::other)?;
                Stream::Tls(Box::new(StreamOwned::new(connection, plain)))
            }
        };
        let stream = BufReader::with_capacity(64 << 10, stream);
        Ok(Self { stream })
    }

    /// The certificate that the server shows on this connection, which has TLS.
    pub(crate) fn certificate(&mut self) -> io::Result<CertificateDer<'static>> {
        let Stream::Tls(stream) = self.stream.get_mut() else {
            return Err(io::Error::other("nothing is encrypted here"));
        };
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        let chain = stream.conn.peer_certificates().unwrap_or_default();
        Ok(chain[0].clone().into_owned())
    }

    /// Sends these bytes as they are.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let stream = self.stream.get_mut();
        stream.write_all(bytes)?;
        stream.flush()
    }

    /// Waits this long for bytes from now on.
    pub(crate) fn patience(&self, patience: Duration) {
        self.stream
            .get_ref()
            .socket()
            .set_read_timeout(Some(patience))
            .unwrap();
    }

    /// The next reply on this connection, to a request that was not HEAD.
    pub(crate) fn reply(&mut self) -> io::Result<Reply> {
        self.reply_to("GET")
    }

    /// The next reply, to a request with this method: a reply to HEAD has no body.
    pub(crate) fn reply_to(&mut self, method: &str) -> io::Result<Reply> {
        loop {
            let reply = self.one_reply(method)?;
            if reply.status != 100 {
                return Ok(reply);
            }
        }
    }

    fn one_reply(&mut self, method: &str) -> io::Result<Reply> {
        let first = self.line()?;
        let status = first
            .split(' ')
            .nth(1)
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| io::Error::other(format!("no status line: {first:?}")))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line
                .split_once(':')
                .ok_or_else(|| io::Error::other(format!("no header: {line:?}")))?;
            headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut reply = Reply::new(status, headers);
        let bodiless = method == "HEAD" || status < 200 || status == 204 || status == 304;
        if !bodiless {
            reply.body = self.body(&reply)?;
        }
        Ok(reply)
    }

    fn body(&mut self, reply: &Reply) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        if reply.header("transfer-encoding").is_some() {
            loop {
                let size = self.line()?;
                let size = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
                let start = body.len();
                body.resize(start + size, 0);
                self.stream.read_exact(&mut body[start..])?;
                self.line()?;
                if size == 0 {
                    return Ok(body);
                }
            }
        }
        match reply.header("content-length") {
            Some(length) => {
                body.resize(length.parse().map_err(io::Error::other)?, 0);
                self.stream.read_exact(&mut body)?;
            }
            None => {
                self.stream.read_to_end(&mut body)?;
            }
        }
        Ok(body)
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        (&mut self.stream)
            .take(64 << 10)
            .read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        while matches!(line.last(), Some(b'\r' | b'\n')) {
            line.pop();
        }
        String::from_utf8(line).map_err(io::Error::other)
    }

    /// Whether the server ended this connection before `patience` was over.
    pub(crate) fn ends_within(&mut self, patience: Duration) -> bool {
        self.patience(patience);
        let mut rest = Vec::new();
        match (&mut self.stream).take(1 << 20).read_to_end(&mut rest) {
            Ok(_) => true,
            Err(error) => !matches!(
                error.kind(),
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
            ),
        }
    }
}

impl Stream {
    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => &stream.sock,
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}
