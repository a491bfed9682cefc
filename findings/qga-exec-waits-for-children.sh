#!/usr/bin/env bash
# guest-exec of qemu-ga 7.2 calls a program running for as long as anything holds its output.
#
# "exited" of guest-exec-status is described as whether the process has already terminated. With
# capture-output it is false until everything that inherited the output has closed it, too. A script
# that starts a daemon and exits, the usual way to start one, never "exits": who waits for it
# waits for the daemon. Without capture-output the same program has exited at once. 10.0 and 11.1 do
# the same.
#
# Seen: qemu-ga of Debian's qemu-guest-agent 1:7.2+dfsg-7+deb12u18+b3, a shell that leaves a sleep
# behind.
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
run() { # runs a shell that exits at once and leaves a sleep of 6 seconds; prints its state 2 seconds later
	local pid
	pid=$(ask '{"execute": "guest-exec", "arguments": {"path": "/bin/sh", "arg": ["-c", "sleep 6 & exit 3"], "capture-output": '"$1"'}}' | grep -o '[0-9]*')
	sleep 2
	ask '{"execute": "guest-exec-status", "arguments": {"pid": '"$pid"'}}'
}
captured=$(run true) free=$(run false)
printf 'captured: %s\nnot captured: %s\n' "$captured" "$free"
case $captured in *'"exited": false'*) ;; *) echo "the captured program has exited now"; exit 1 ;; esac
case $free in *'"exited": true'*) ;; *) echo "the other one has not exited"; exit 1 ;; esac
