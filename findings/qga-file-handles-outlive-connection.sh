#!/usr/bin/env bash
# A file that a client of qemu-ga 7.2 opened stays open when the client goes, at the same place.
#
# A handle looks like something of the connection, as a descriptor is of a process. It is the agent's
# own: the next client reads on with the same number, from where the first one stopped, and nothing
# but guest-file-close or the end of the agent closes it. What was written and not flushed is not in
# the file, either. A client that is cut off has to close the handle in its next connection; one that
# opens the file again leaks a descriptor of the guest. 10.0 and 11.1 do the same.
#
# Seen: qemu-ga of Debian's qemu-guest-agent 1:7.2+dfsg-7+deb12u18+b3.
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
ask() { # sends one command over a connection of its own, and prints the reply
	timeout 10 python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.settimeout(5)
s.sendall(sys.argv[2].encode() + b"\n")
got = b""
while not got.endswith(b"\n"): got += s.recv(65536)
print(got.decode().strip())' "$dir/sock" "$1"
}
printf 'one two ' >"$dir/file"
handle=$(ask '{"execute": "guest-file-open", "arguments": {"path": "'"$dir"'/file"}}' | grep -o '[0-9]*')
one=$(ask '{"execute": "guest-file-read", "arguments": {"handle": '"$handle"', "count": 4}}')
two=$(ask '{"execute": "guest-file-read", "arguments": {"handle": '"$handle"', "count": 4}}')
out=$(ask '{"execute": "guest-file-open", "arguments": {"path": "'"$dir"'/new", "mode": "w"}}' | grep -o '[0-9]*')
ask '{"execute": "guest-file-write", "arguments": {"handle": '"$out"', "buf-b64": "b25lIA=="}}'
before=$(wc -c <"$dir/new")
ask '{"execute": "guest-file-close", "arguments": {"handle": '"$out"'}}'
after=$(wc -c <"$dir/new")
printf '%s\n%s\n%s bytes before guest-file-close, %s after\n' "$one" "$two" "$before" "$after"
# the texts are "one " and "two "
case "$one$two" in *b25lIA==*dHdvIA==*) ;; *) echo "the next connection does not read on"; exit 1 ;; esac
[ "$before $after" = "0 4" ] || { echo "what is written is seen at another time"; exit 1; }
