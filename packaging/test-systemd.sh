#!/usr/bin/env bash
# Boots a fresh Debian root with systemd as its first process, installs a .deb there, and plays what only
# a running systemd can show: that the service says when it is ready, takes new certificates, comes back
# after a crash and after a standstill, does not try again what cannot succeed, gets its port from a
# socket, is backed up by the unit of the timer, and ends when it is told to.
#
# Nothing outside a temporary directory is touched. Needs root, debootstrap, systemd-nspawn (Debian's
# systemd-container) and Debian's packages, and takes some minutes.
#
# usage: packaging/test-systemd.sh FILE.deb
set -euo pipefail

deb=$(realpath "${1:?usage: packaging/test-systemd.sh FILE.deb}")
suite=${SUITE:-$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)}
root=$(mktemp -d)
# The root of a system is everybody's to enter.
chmod 755 "$root"
machine=
first=

finish() {
  local status=$?
  if [ "$status" != 0 ]; then
    printf 'test-systemd: failed\n' >&2
    [ -z "$first" ] || inside journalctl --no-pager -n 40 >&2 || true
  fi
  touch "$root/root/enough" 2>/dev/null || true
  if [ -n "$machine" ]; then
    # The machine shuts down, or is switched off when that takes too long.
    kill "$machine" 2>/dev/null || true
    for _ in $(seq 60); do kill -0 "$machine" 2>/dev/null || break; sleep 1; done
    kill -KILL "$machine" 2>/dev/null || true
  fi
  wait 2>/dev/null || true
  rm -rf --one-file-system "$root" "$root.log"
}
trap finish EXIT

step() { printf 'test-systemd: %s\n' "$*"; }
fail() { printf 'test-systemd: %s\n' "$*" >&2; exit 1; }
# Nothing in the machine may take longer than this.
inside() {
  timeout 120 nsenter --target "$first" --mount --uts --ipc --net --pid -- \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 "$@"
}
shell() { inside sh -ec "$1"; }
# What is read in full before it is searched: who stops reading early ends the other.
finds() { local said; said=$(cat) && grep -q -- "$1" <<< "$said"; }
journal_says() { inside journalctl --unit appliance --output cat | finds "$1"; }
of_service() { inside systemctl show --value --property "$1" appliance.service; }

# Tries a command until it succeeds, for so many seconds.
within() {
  local seconds=$1 end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] || fail "not within $seconds s: $*"
    sleep 0.1
  done
}
is_active() { [ "$(of_service ActiveState)" = active ]; }
# It runs again, in another process than this.
came_back() {
  local now
  now=$(of_service MainPID)
  [ "$now" != 0 ] && [ "$now" != "$1" ] && is_active
}
answers() { [ "$(ask "$1")" = 200 ]; }
ask() {
  inside curl --silent --insecure --output /dev/null --write-out '%{http_code}' --max-time 20 \
    --header "Authorization: Bearer $token" "https://localhost:$1/scim/v2/Users?count=0" || true
}
# Why it ended, and that it was not started again, which would have been 2 s later.
ended_for_good_with() {
  sleep 5
  [ "$(of_service ActiveState) $(of_service ExecMainStatus) $(of_service NRestarts)" = "failed $1 0" ] ||
    fail "it should have ended with $1, once: $(inside systemctl status appliance)"
}

step "a fresh root of $suite"
debootstrap --variant=minbase --include=systemd-sysv,dbus,ca-certificates,curl,openssl \
  "$suite" "$root" > "$root.log" 2>&1 || { cat "$root.log" >&2; exit 1; }
printf '127.0.0.1 localhost\n::1 localhost\n' > "$root/etc/hosts"
cp "$deb" "$root/root/appliance.deb"

step "boot"
systemd-nspawn --quiet --boot --keep-unit --register=no --private-network --console=pipe \
  --directory="$root" < /dev/null > "$root.log" 2>&1 &
machine=$!
leads() { first=$(pgrep --parent "$machine" | head -n 1) && [ -n "$first" ]; }
within 20 leads
is_up() { inside systemctl is-system-running 2>/dev/null | grep -Eq 'running|degraded'; }
within 120 is_up

step "install, start"
inside dpkg --install /root/appliance.deb > /dev/null
is_active && fail "it was started by its installation"
inside systemctl --quiet enable --now appliance
is_active || fail "it does not run"
of_service StatusText | finds '^Serving https://localhost:8443/scim/v2$' ||
  fail "it does not say what it serves"
# As an operator types it: the data of the service are meant.
token=$(inside appliance token new 2>/dev/null)
inside env APPLIANCE_TOKEN="$token" appliance simulate entra --users 20 --groups 2 > /dev/null
[ -n "$(inside journalctl --unit appliance --output json CONNECTION=default METHOD=POST)" ] ||
  fail "the journal has no fields"
wide=$(find "$root/var/lib/appliance" -perm /077)
[ -z "$wide" ] || fail "others can read $wide"

step "reload"
shell 'cd /etc/appliance
for name in one two; do
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj "/CN=$name" \
    -addext subjectAltName=DNS:localhost -keyout "$name.key" -out "$name.pem" 2>/dev/null
done
cp one.pem chain.pem; cp one.key key.pem; chgrp appliance key.pem; chmod 640 key.pem
printf "tls_cert = \"chain.pem\"\ntls_key = \"key.pem\"\n" | cat - appliance.toml > new
cat new > appliance.toml
systemctl restart appliance'
shows() {
  shell 'openssl s_client -connect localhost:8443 < /dev/null 2>/dev/null | openssl x509 -noout -subject' |
    finds "CN *= *$1"
}
shows one || fail "the certificate of the settings is not shown"
# One connection that stays, on which a line in `ask` is a request.
mkfifo "$root/root/ask"
: > "$root/root/answers"
inside sh -c 'exec openssl s_client -quiet -connect localhost:8443 < /root/ask > /root/answers 2>/dev/null' &
exec 3> "$root/root/ask"
answered() { [ "$(grep -o 'HTTP/1.1 200' "$root/root/answers" | wc -l)" = "$1" ]; }
asks() {
  printf 'GET /scim/v2/Users?count=0 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n' "$token" >&3
  within 10 answered "$1"
}
asks 1
shell 'cd /etc/appliance; cp two.pem chain.pem; cp two.key key.pem; systemctl reload appliance'
within 10 shows two
asks 2
shell 'echo damaged > /etc/appliance/chain.pem; systemctl reload appliance'
is_reported() { { inside appliance status 2>&1 || true; } | finds 'the previous certificate stays'; }
within 10 is_reported
shows two || fail "a damaged certificate took the place of a good one"
asks 3
exec 3>&-
inside cp /etc/appliance/two.pem /etc/appliance/chain.pem

step "what cannot succeed is not tried again"
inside cp /etc/appliance/appliance.toml /root/good.toml
inside sed -i '1i listn = "[::]:8443"' /etc/appliance/appliance.toml
inside systemctl restart appliance 2>/dev/null && fail "it runs with a wrong setting"
ended_for_good_with 2
journal_says 'did you mean `listen`' || fail "the mistake is not named"
shell 'cat /root/good.toml > /etc/appliance/appliance.toml'
inside setpriv --reuid appliance --regid appliance --clear-groups appliance serve --listen 127.0.0.1:0 \
  --local-listen off 2> "$root/root/other" &
other=$!
is_there() { grep -q listening "$root/root/other"; }
within 20 is_there
inside systemctl start appliance 2>/dev/null && fail "two servers run on the same data"
ended_for_good_with 4
shell 'kill "$(sed "s/.*\"pid\":\([0-9]*\).*/\1/" /var/lib/appliance/appliance.lock)"'
wait "$other"
inside systemctl reset-failed appliance
within 20 inside systemctl start appliance

step "it comes back when it is killed, however often"
for _ in 1 2 3 4 5 6 7; do
  before=$(of_service MainPID)
  inside systemctl kill --signal KILL --kill-who main appliance
  within 20 came_back "$before"
done

step "it comes back from a standstill"
# As the unit has it, but for the minute.
shell 'mkdir -p /run/systemd/system/appliance.service.d
printf "[Service]\nWatchdogSec=5\n" > /run/systemd/system/appliance.service.d/watchdog.conf
systemctl daemon-reload; systemctl restart appliance'
before=$(of_service MainPID)
inside systemctl kill --signal STOP --kill-who main appliance
within 30 came_back "$before"
journal_says 'Watchdog timeout' || fail "it was not the watchdog"

step "port 443"
inside systemctl --quiet enable appliance.socket
inside systemctl restart appliance
answers 443 || fail "nothing answers at port 443"
[ "$(inside stat --format %U "/proc/$(of_service MainPID)")" = appliance ] ||
  fail "it does not run as its account"
: > "$root/root/codes"
(
  while [ ! -e "$root/root/enough" ]; do ask 443 >> "$root/root/codes"; echo >> "$root/root/codes"; done
) &
knocking=$!
for _ in 1 2 3; do inside systemctl restart appliance; done
touch "$root/root/enough"
wait "$knocking"
grep -qvx 200 "$root/root/codes" && fail "refused during a restart: $(sort "$root/root/codes" | uniq -c)"
inside sed -i '1i listn = "[::]:8443"' /etc/appliance/appliance.toml
inside systemctl restart appliance 2>/dev/null && fail "it runs with a wrong setting"
for _ in 1 2 3 4 5; do ask 443 > /dev/null; done
ended_for_good_with 2
shell 'cat /root/good.toml > /etc/appliance/appliance.toml'
# As long as the unit says for it.
sleep 10
inside systemctl start appliance
answers 443 || fail "the socket was not opened again"

step "back up, restore"
inside systemctl --quiet enable --now appliance-backup.timer
inside systemctl start appliance-backup.service
export_to() {
  shell 'appliance export users --format ndjson; appliance export members' > "$root/root/$1" 2>/dev/null
}
export_to before
backup=$(inside appliance backup list --json | sed -n 's/.*"file": "\(.*\)".*/\1/p' | head -n 1)
inside appliance backup verify "$backup" > /dev/null 2>&1
somebody=$(sed -n 's/.*"userName":"\([^"]*\)".*/\1/p' "$root/root/before" | head -n 1)
inside appliance user deactivate "$somebody" > /dev/null 2>&1
export_to later
cmp -s "$root/root/before" "$root/root/later" && fail "nothing changed that could be restored"
inside appliance restore "$backup" --yes > /dev/null 2>&1 && fail "it restores below a server"
inside systemctl stop appliance.socket appliance
inside appliance restore "$backup" --yes > /dev/null 2>&1
inside systemctl start appliance
answers 443 || fail "it does not serve what was restored"
export_to after
cmp "$root/root/before" "$root/root/after" || fail "what was restored is not what was backed up"

step "a newer package"
dpkg-deb --raw-extract "$deb" "$root/root/newer"
sed -i 's/^Version: .*/Version: 9999/' "$root/root/newer/DEBIAN/control"
dpkg-deb --root-owner-group -Zgzip --build "$root/root/newer" "$root/root/newer.deb" > /dev/null
before=$(of_service MainPID)
inside dpkg --install /root/newer.deb > /dev/null
came_back "$before" || fail "the service was not restarted"
inside grep -q '^tls_cert' /etc/appliance/appliance.toml || fail "the settings are gone"
answers 443 || fail "it does not serve after an update"
# What the newer version does not understand keeps it from starting, not from being installed.
inside sed -i '1i listn = "[::]:8443"' /etc/appliance/appliance.toml
inside dpkg --install /root/newer.deb 2>&1 > /dev/null | finds 'it does not start again'
shell 'cat /root/good.toml > /etc/appliance/appliance.toml; systemctl reset-failed appliance'
inside systemctl start appliance

step "stop"
began=$SECONDS
inside systemctl stop appliance.socket appliance
[ $((SECONDS - began)) -le 12 ] || fail "it took $((SECONDS - began)) s to end"
[ "$(of_service Result) $(of_service ExecMainStatus)" = "success 0" ] || fail "it did not end well"
inside journalctl --unit appliance --output cat -n 5 | finds '^stopped$' || fail "it did not end in order"
inside dpkg --purge appliance > /dev/null 2>&1
[ -z "$(inside systemctl list-unit-files --no-legend 'appliance*')" ] || fail "units stayed"
step "ok"
