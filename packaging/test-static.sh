#!/usr/bin/env bash
# Runs a static binary as packaging/Containerfile has it run: in a root with nothing in it but the binary
# and /data, as an account that exists nowhere, with what an engine adds (/proc and /etc/hosts) and no
# more. It is provisioned, backed up, stopped, and restored there. Nothing outside a temporary directory
# is touched. Needs root.
#
# usage: packaging/test-static.sh FILE
set -euo pipefail

file=$(realpath "${1:?usage: packaging/test-static.sh FILE}")
root=$(mktemp -d)
told=$(mktemp -d)
chmod 755 "$root"
server=

finish() {
  local status=$?
  [ -z "$server" ] || stop 2>/dev/null || true
  wait 2>/dev/null || true
  umount "$root/proc" 2>/dev/null || true
  if [ "$status" != 0 ]; then
    tail -n 5 "$told"/* >&2 2>/dev/null || true
    printf 'test-static: failed\n' >&2
  fi
  rm -rf --one-file-system "$root" "$told"
}
trap finish EXIT

step() { printf 'test-static: %s\n' "$*"; }
fail() { printf 'test-static: %s\n' "$*" >&2; exit 1; }
stop() { kill "$(sed -n 's/.*"pid": *\([0-9]*\).*/\1/p' "$root/data/appliance.lock")"; }
inside() {
  env --ignore-environment APPLIANCE_DATA_DIR=/data ${token:+APPLIANCE_TOKEN="$token"} \
    "$chroot" --userspec 8443:8443 "$root" /appliance "$@"
}
chroot=$(command -v chroot)
token=

step "it needs no library"
! ldd "$file" > "$told/ldd" 2>&1 || grep -q 'statically linked' "$told/ldd" || fail "it needs $(cat "$told/ldd")"
install -m 755 "$file" "$root/appliance"
install -d -o 8443 -g 8443 "$root/data"
mkdir "$root/etc" "$root/proc"
printf '127.0.0.1 localhost\n' > "$root/etc/hosts"
mount -t proc proc "$root/proc"

step "start"
inside serve --listen 127.0.0.1:0 --local-listen off 2> "$told/serve" &
server=$!
for _ in $(seq 100); do
  [ -s "$root/data/appliance.lock" ] && break
  kill -0 "$server" 2>/dev/null || fail "it does not run"
  sleep 0.1
done
[ -s "$root/data/appliance.lock" ] || fail "it does not listen"

step "provision, over HTTPS with its own certificate"
token=$(inside token new 2> "$told/token")
inside simulate entra --users 20 --groups 2 > "$told/simulate" 2>&1 || fail "the simulator is not content"
people=$(inside export users | sort)
[ "$(wc -l <<< "$people")" -gt 10 ] || fail "there are only $people"
status=0
inside check > "$told/check" 2>&1 || status=$?
# 5: the certificate is self-signed.
[ "$status" = 5 ] || fail "it is not fit to serve"
inside log > "$told/log"

step "back up"
backup=$(inside backup new 2> "$told/backup")
inside backup verify "$backup" > "$told/verify" 2>&1 || fail "the backup cannot be restored"
inside user deactivate --connection default "$(inside user list --json | sed -n 's/.*"id": "\(.*\)".*/\1/p' | head -n 1)" \
  > "$told/deactivate" 2>&1 || fail "nobody can be deactivated"
[ "$(inside export users | sort)" != "$people" ] || fail "nothing changed"

step "whom to trust is not known there, and it says so"
! inside update --check --source https://localhost:1/manifest.json 2> "$told/update" || fail "it trusts somebody"
grep -q 'install `ca-certificates`' "$told/update" || fail "it does not say what is missing"

step "stop, restore, start again"
stop
wait "$server" || fail "it did not end well"
server=
inside restore "$backup" --yes > "$told/restore" 2>&1 || fail "the backup is not restored"
[ "$(inside export users | sort)" = "$people" ] || fail "what was restored is not what was backed up"
strangers=$(find "$root" -xdev -type f ! -path "$root/data/*" ! -path "$root/appliance" ! -path "$root/etc/hosts")
[ -z "$strangers" ] || fail "it wrote outside of /data: $strangers"
step "ok"
