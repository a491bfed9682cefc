#!/usr/bin/env bash
# A variable given to guest-exec of qemu-ga 7.2 takes all others away.
#
# "env" is described as environment variables to pass to the program, which reads as if they were
# added to what the agent has, as with docker exec or ssh. They replace it: PATH and HOME are
# gone for scripts that relied on them, with no error anywhere. 10.0 and 11.1
# do the same.
#
# Seen: qemu-ga of Debian's qemu-guest-agent 1:7.2+dfsg-7+deb12u18+b3, /usr/bin/env.
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
run() { # prints what env prints, with the given member besides
	local pid
	pid=$(ask '{"execute": "guest-exec", "arguments": {"path": "/usr/bin/env", "capture-output": true'"$1"'}}' | grep -o '[0-9]*')
	sleep 1
	ask '{"execute": "guest-exec-status", "arguments": {"pid": '"$pid"'}}' | sed 's/.*"out-data": "\([^"]*\)".*/\1/' | base64 -d
}
none=$(run '') some=$(run ', "env": ["NAME=value"]')
printf 'without: %s variables\nwith one: %s\n' "$(wc -l <<<"$none")" "$some"
grep -q '^PATH=' <<<"$none" || { echo "there is no PATH to lose"; exit 1; }
[ "$some" = NAME=value ] || { echo "other variables are kept now"; exit 1; }
