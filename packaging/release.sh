#!/usr/bin/env bash
# Builds what a release consists of, from this source tree alone:
#
#   appliance-VERSION-TARGET.tar.gz   the binary, release.toml, which says what it is, and packaging, with
#                                     what a service is made of by hand; signed
#   manifest.json                     beside it on an HTTPS server, what `appliance update` asks for
#   appliance_VERSION-1_ARCH.deb      for Debian and Ubuntu
#   appliance-VERSION-1.ARCH.rpm      for Fedora, RHEL and openSUSE
#   SHA256SUMS                        of all of them
#
# usage: packaging/release.sh [--profile NAME] [--output DIR]
#
# RELEASE_KEY names the file with the private key that signs the tarball (`zipsign gen-key`);
# `zipsign verify tar` checks it with the public half. Without it the tarball stays unsigned, there is no
# manifest, and it says so. APPLIANCE_RELEASE_KEYS puts one public key or two into the binary, in base64
# with a comma between them: those that `appliance update` believes where the settings name none.
#
# Built twice from one commit by one toolchain, everything comes out the same: SOURCE_DATE_EPOCH, by
# default the time of the commit, is every date in it, and no path of the machine is in the binary. The
# signature is the same too, because Ed25519 draws no random number.
#
# Needs cargo-deb, cargo-generate-rpm and, for a signature, zipsign; where cargo-auditable and
# cargo-deny are installed, the binary names its dependencies (`cargo audit bin appliance`), and
# licences, bans and advisories are checked first (packaging/deny.toml). `cargo install --locked
# cargo-auditable cargo-deb cargo-deny cargo-generate-rpm zipsign` brings them all.
set -euo pipefail
cd "$(dirname "$0")/.."

# Bytes; a release that is larger has gained something that should be looked at.
most=16000000

profile=release
output=
while [ $# -gt 0 ]; do
  case $1 in
    --profile) profile=${2:?--profile needs a name} ;;
    --output) output=${2:?--output needs a directory} ;;
    *)
      sed -n 's/^# usage:/usage:/p' "$0" >&2
      exit 2
      ;;
  esac
  shift 2
done

say() { printf 'release: %s\n' "$*" >&2; }
has() { command -v "$1" >/dev/null; }

for tool in cargo-deb cargo-generate-rpm; do
  has "$tool" || { say "$tool is missing; \`cargo install --locked $tool\`"; exit 1; }
done
if [ -n "${RELEASE_KEY:-}" ] && ! has zipsign; then
  say "zipsign is missing; \`cargo install --locked zipsign\`"
  exit 1
fi

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
target=$(rustc -vV | sed -n 's/^host: //p')
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
target_dir=$(realpath -m "${CARGO_TARGET_DIR:-target}")
output=$(realpath -m "${output:-$target_dir/release-files}")
# What the packages take besides what is in the source; Cargo.toml names it by this place.
staged=target/packaged

# Where this machine keeps sources says nothing about the product.
cargo_home=$(realpath -m "${CARGO_HOME:-$HOME/.cargo}")
export RUSTFLAGS="${RUSTFLAGS:-} --remap-path-prefix=$PWD=/appliance --remap-path-prefix=$cargo_home=/cargo"
export CFLAGS="${CFLAGS:-} -ffile-prefix-map=$PWD=/appliance -ffile-prefix-map=$cargo_home=/cargo -ffile-prefix-map=$target_dir=/target"

# What makes the binary smaller and no request slower: functions are copied into their callers less readily;
# C, through which no panic passes, needs no tables for one; and AES for the widest vectors, which alone
# is 700 kB, helps with bodies of megabytes, not with those of a directory.
RUSTFLAGS+=" -C llvm-args=-inline-threshold=40"
CFLAGS+=" -fno-asynchronous-unwind-tables -DMY_ASSEMBLER_IS_TOO_OLD_FOR_512AVX"

# Advisories come from the RustSec database, which is fetched; without it there is no release.
unchecked="licences, bans, sources and advisories are not checked"
if [ "$profile" != release ]; then
  say "profile $profile is not for a release: $unchecked"
elif has cargo-deny; then
  cargo deny --locked --config packaging/deny.toml check
else
  say "cargo-deny is missing: $unchecked"
fi

if has cargo-auditable; then
  cargo auditable build --locked --profile "$profile"
else
  say "cargo-auditable is missing: the binary will not name its dependencies"
  cargo build --locked --profile "$profile"
fi
folder=$profile
[ "$profile" != dev ] || folder=debug

rm -rf "$staged" "$output"
mkdir -p "$staged/completions" "$output"
binary=$staged/appliance
strip -o "$binary" "$target_dir/$folder/appliance"
size=$(stat -c %s "$binary")
say "the binary has $size bytes"
if [ "$size" -gt $most ] && [ "$profile" = release ]; then
  say "which is more than $most"
  exit 1
fi

"$binary" man "$staged/man"
"$binary" completions bash > "$staged/completions/appliance"
"$binary" completions zsh > "$staged/completions/_appliance"
"$binary" completions fish > "$staged/completions/appliance.fish"
gzip -9n "$staged"/man/*
# The appliance asks this file whether a package manager is in charge of it.
for kind in deb rpm; do
  mkdir -p "$staged/$kind"
  printf '%s\n' "$kind" > "$staged/$kind/packaged"
done

name=appliance-$version-$target
mkdir -p "$staged/$name/packaging"
cp "$binary" LICENSE README.md CHANGELOG.md "$staged/$name/"
cp packaging/appliance* packaging/litestream.yml packaging/prometheus-alerts.yml "$staged/$name/packaging/"
cat > "$staged/$name/release.toml" <<END
product = "appliance"
version = "$version"
target = "$target"
END
tarball=$output/$name.tar.gz
tar --create --directory "$staged" --format ustar --sort name --mtime "@$SOURCE_DATE_EPOCH" \
  --owner 0 --group 0 --numeric-owner --mode u+rw,go=rX "$name" | gzip -9n > "$tarball"
if [ -n "${RELEASE_KEY:-}" ]; then
  zipsign sign tar "$tarball" "$RELEASE_KEY"
  # It was rewritten for this account alone.
  chmod 644 "$tarball"
  digest=$(sha256sum "$tarball")
  cat > "$output/manifest.json" <<END
{
  "schema": 1,
  "releases": [
    {
      "version": "$version",
      "date": "$(date --utc --date "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)",
      "assets": [
        { "name": "$name.tar.gz", "url": "$name.tar.gz", "digest": "sha256:${digest%% *}" }
      ]
    }
  ]
}
END
else
  say "RELEASE_KEY is not set: the tarball is not signed, and there is no manifest"
fi

cargo deb --no-build --no-strip --profile "$profile" --output "$output/"
cargo generate-rpm --profile "$profile" --output "$output/"

(cd "$output" && sha256sum -- *.tar.gz *.deb *.rpm > SHA256SUMS)
say "everything is in $output"
