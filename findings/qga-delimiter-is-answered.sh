#!/usr/bin/env bash
# The byte 0xFF, which QEMU's guest agent protocol has clients send to flush what is left of a
# command, is itself answered with an error by qemu-ga 7.2.
#
# docs/interop/qemu-ga-ref says to send 0xFF before guest-sync-delimited, and that the reply begins
# with 0xFF. It does not say that the byte, which no JSON text may hold, is a parse error that is
# answered, too: that error comes first, without an id. A client that pairs replies with commands by
# their order is one reply behind from then on.
#
# Seen: qemu-ga of Debian's qemu-guest-agent 1:7.2+dfsg-7+deb12u18+b3 sends an error before the
# delimiter and the reply.
set -eu
version='1:7.2+dfsg-7+deb12u18+b3'
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/root"
: >"$dir/status"
apt="-o Dir::State::Lists=$dir/lists -o Dir::State::status=$dir/status -o Dir::Cache=$dir/cache -o APT::Sandbox::User=root -o APT::Install-Recommends=false"
apt-get $apt update -qq
apt-get $apt install -y -qq --download-only "qemu-guest-agent=$version" >/dev/null
for deb in "$dir"/cache/archives/*.deb; do dpkg -x "$deb" "$dir/root"; done
lib=$dir/root/usr/lib/x86_64-linux-gnu
ld=$(find "$dir/root" -name 'ld-linux-x86-64.so.2' | head -n 1)
agent() { timeout 60 "$ld" --library-path "$lib:$dir/root/lib/x86_64-linux-gnu" "$dir/root/usr/sbin/qemu-ga" "$@"; }

agent --version
agent -m unix-listen -p "$dir/sock" -t "$dir" >"$dir/log" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null || true; rm -rf "$dir"' EXIT
for _ in $(seq 100); do [ -S "$dir/sock" ] && break; sleep 0.1; done
out=$(printf '\xff{"execute": "guest-sync-delimited", "arguments": {"id": 5}}\n' |
	timeout 10 python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(sys.stdin.buffer.read())
s.settimeout(5); got = b""
while b"\x22return\x22: 5" not in got: got += s.recv(4096)
print(repr(got))' "$dir/sock")
echo "$out"
case $out in
*'"error"'*'\xff{"return": 5}'*) ;;
*) echo "the delimiter is no longer answered with an error before the reply"; exit 1 ;;
esac
