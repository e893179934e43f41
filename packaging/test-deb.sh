#!/usr/bin/env bash
# Installs a .deb into a fresh Debian root, starts the binary there as its own account, provisions it,
# and removes it again: what an operator does, without a virtual machine. Nothing outside a temporary
# directory is touched. Needs root, debootstrap and Debian's packages.
#
# usage: packaging/test-deb.sh FILE.deb
set -euo pipefail

deb=$(realpath "${1:?usage: packaging/test-deb.sh FILE.deb}")
suite=${SUITE:-$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)}
root=$(mktemp -d)
# The root of a system is everybody's to enter.
chmod 755 "$root"
server=

finish() {
  local status=$?
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  wait 2>/dev/null || true
  umount "$root/proc" 2>/dev/null || true
  rm -rf --one-file-system "$root"
  [ "$status" = 0 ] || printf 'test-deb: failed\n' >&2
}
trap finish EXIT

step() { printf 'test-deb: %s\n' "$*"; }
fail() { printf 'test-deb: %s\n' "$*" >&2; exit 1; }
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"; }
as_service() { inside setpriv --reuid appliance --regid appliance --clear-groups "$@"; }

step "a fresh root of $suite"
# What a .deb of a service finds on the smallest Debian; systemd itself would be much, and is not run.
debootstrap --variant=minbase --include=systemd-standalone-sysusers,systemd-standalone-tmpfiles \
  "$suite" "$root" > "$root.log" 2>&1 || { cat "$root.log" >&2; exit 1; }
rm -f "$root.log"
mount -t proc proc "$root/proc"

step "install"
cp "$deb" "$root/appliance.deb"
inside dpkg --install /appliance.deb
inside dpkg --verify appliance
[ "$(stat -c %U:%a "$root/var/lib/appliance")" != root:755 ] || fail "the data directory is root's"
inside getent passwd appliance > /dev/null || fail "there is no account"
[ "$(cat "$root/usr/share/appliance/packaged")" = deb ] || fail "the binary cannot know that it was packaged"
grep -q /etc/appliance/appliance.toml "$root/var/lib/dpkg/info/appliance.conffiles" \
  || fail "the settings would be overwritten by an update"
for page in appliance appliance-serve; do
  [ -s "$root/usr/share/man/man1/$page.1.gz" ] || fail "there is no manual page $page"
done
for unit in appliance.service appliance.socket appliance-backup.service appliance-backup.timer; do
  [ -s "$root/usr/lib/systemd/system/$unit" ] || fail "there is no unit $unit"
done
inside bash -n /usr/share/bash-completion/completions/appliance

step "start"
as_service /usr/bin/appliance serve --data-dir /var/lib/appliance --listen 127.0.0.1:0 \
  --local-listen off 2> "$root/log" &
server=$!
for _ in $(seq 100); do
  [ -s "$root/var/lib/appliance/appliance.lock" ] && break
  kill -0 "$server" 2>/dev/null || { cat "$root/log" >&2; fail "it does not run"; }
  sleep 0.1
done
[ -s "$root/var/lib/appliance/appliance.lock" ] || { cat "$root/log" >&2; fail "it does not listen"; }

step "provision"
# As root: the command becomes the owner of the data.
token=$(inside /usr/bin/appliance token new --data-dir /var/lib/appliance 2>/dev/null)
inside APPLIANCE_TOKEN="$token" /usr/bin/appliance simulate entra --data-dir /var/lib/appliance \
  --users 20 --groups 2 > "$root/report" || { cat "$root/report" >&2; fail "the simulator is not content"; }
people=$(inside /usr/bin/appliance export users --data-dir /var/lib/appliance | wc -l)
[ "$people" -gt 10 ] || fail "there are only $people lines of people"
strangers=$(find "$root/var/lib/appliance" ! -user "$(stat -c %u "$root/var/lib/appliance")")
[ -z "$strangers" ] || fail "files of another account: $strangers"

step "back up, by the line of the nightly unit"
as_service sh -ec "$(sed -n 's/^ExecStart=//p' "$root/usr/lib/systemd/system/appliance-backup.service" |
  sed 's|$| --data-dir /var/lib/appliance|')" > "$root/backups"
inside /usr/bin/appliance backup verify --data-dir /var/lib/appliance \
  "$(inside /usr/bin/appliance backup list --data-dir /var/lib/appliance --json | sed -n 's/.*"file": "\(.*\)".*/\1/p' | head -n 1)"

step "update: that is the package manager's to do"
status=0
inside /usr/bin/appliance update --data-dir /var/lib/appliance --source https://localhost/manifest.json \
  2> "$root/update" || status=$?
grep -q 'apt install' "$root/update" && [ "$status" = 4 ] || { cat "$root/update" >&2; fail "it would update itself"; }

step "stop"
pid=$(sed -n 's/.*"pid": *\([0-9]*\).*/\1/p' "$root/var/lib/appliance/appliance.lock")
kill "$pid"
wait "$server" || fail "it did not end well"
server=

step "purge"
inside dpkg --purge appliance
[ -s "$root/var/lib/appliance/appliance.sqlite" ] || fail "the data are gone"
for gone in usr/bin/appliance etc/appliance usr/share/appliance; do
  [ ! -e "$root/$gone" ] || fail "/$gone stayed"
done
step "ok"
