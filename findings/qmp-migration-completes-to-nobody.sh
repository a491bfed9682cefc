#!/usr/bin/env bash
# QEMU 7.2 calls a migration completed, and has stopped its guest, though no QEMU was there.
#
# One expects "completed" to mean that the other side has the guest. But the stream goes one way
# unless the capability return-path is on: whatever accepts the connection and reads, here socat
# that throws everything away, makes a completed migration, and the guest is stopped
# ("postmigrate"). Who ends the source then loses the machine. 11.1 does the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3, migrate to a unix socket that socat
# 1.7.4.4-2 listens on: "completed", "postmigrate".
set -eu
version='1:7.2+dfsg-7+deb12u18+b3'
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/root"
: >"$dir/status"
apt="-o Dir::State::Lists=$dir/lists -o Dir::State::status=$dir/status -o Dir::Cache=$dir/cache -o APT::Sandbox::User=root -o APT::Install-Recommends=false"
apt-get $apt update -qq
apt-get $apt install -y -qq --download-only "qemu-system-x86=$version" "qemu-system-common=$version" "qemu-utils=$version" >/dev/null
for deb in "$dir"/cache/archives/*.deb; do dpkg -x "$deb" "$dir/root"; done
lib=$dir/root/usr/lib/x86_64-linux-gnu
ld=$(find "$dir/root" -name 'ld-linux-x86-64.so.2' | head -n 1)
export QEMU_MODULE_DIR=$lib/qemu
program() { timeout 60 "$ld" --library-path "$lib:$dir/root/lib/x86_64-linux-gnu:$lib/pulseaudio:$lib/libproxy:$lib/systemd" "$dir/root/usr/bin/$1" "${@:2}"; }
qemu() { program qemu-system-x86_64 -L "$dir/root/usr/share/qemu" -L "$dir/root/usr/share/seabios" -nodefaults -display none "$@"; }

qemu --version | head -n 1
apt-get $apt install -y -qq --download-only "socat=1.7.4.4-2" >/dev/null
for deb in "$dir"/cache/archives/socat*.deb; do dpkg -x "$deb" "$dir/root"; done
program socat -u "UNIX-LISTEN:$dir/socket" OPEN:/dev/null &
for _ in $(seq 100); do [ -S "$dir/socket" ] && break; sleep 0.1; done
out=$({ printf '%s\n' '{"execute": "qmp_capabilities"}' "{\"execute\": \"migrate\", \"arguments\": {\"uri\": \"unix:$dir/socket\"}}"
	sleep 3; printf '%s\n' '{"execute": "query-migrate"}' '{"execute": "query-status"}' '{"execute": "quit"}'; } |
	qemu -M none -qmp stdio)
echo "$out" | cut -c 1-120
grep -q '"status": "completed"' <<<"$out" && grep -q '"status": "postmigrate"' <<<"$out" ||
	{ echo "the migration to nobody is no longer completed"; exit 1; }
