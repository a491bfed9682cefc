#!/usr/bin/env bash
# The next getfd of QEMU 7.2 takes the descriptor that came with a command before it.
#
# A descriptor is sent with a command, and one expects it to belong to that: to be closed with a
# command that is refused or has no use for it, so that the next one can be tried from the start.
# It stays with the connection until getfd or add-fd asks, or until others come. After a getfd that
# was refused for its arguments, a getfd that has no descriptor (one whose sending was forgotten, as
# by a library that drops it) succeeds and gets the old one, instead of the error that says so. Two
# getfd in one write with two descriptors are one more case: the first gets its own, and the second
# none. Each has to be sent by itself, with exactly one. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3.
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
qemu -M none -qmp "unix:$dir/sock,server=on,wait=off" &
trap 'kill $! 2>/dev/null || true; rm -rf "$dir"' EXIT
for _ in $(seq 100); do [ -S "$dir/sock" ] && break; sleep 0.1; done
timeout 30 python3 - "$dir/sock" <<'END'
import json, os, socket, sys

monitor = socket.socket(socket.AF_UNIX)
monitor.settimeout(10)
monitor.connect(sys.argv[1])
lines = monitor.makefile()
lines.readline()

def getfd(descriptors, *arguments):  # one write
    commands = [json.dumps({"execute": "getfd", "arguments": a}) for a in arguments]
    socket.send_fds(monitor, ["".join(commands).encode()], descriptors) if descriptors else monitor.sendall("".join(commands).encode())
    replies = [json.loads(lines.readline()) for _ in arguments]
    return [r.get("error", {}).get("desc", "accepted") for r in replies]

monitor.sendall(b'{"execute": "qmp_capabilities"}')
lines.readline()
ours, theirs = os.pipe()
alone = getfd([], {"fdname": "a"})
print("without a descriptor:", *alone)
refused = getfd([theirs], {})
print("with one, and no name:", *refused)
taken = getfd([], {"fdname": "a"})
print("without one, again:", *taken)
pair = getfd([theirs, theirs], {"fdname": "b"}, {"fdname": "c"})
print("two at once:", *pair)
missing = "No file descriptor supplied via SCM_RIGHTS"
sys.exit(not (alone == [missing] and "missing" in refused[0] and taken == ["accepted"] and pair == ["accepted", missing]))
END
