#!/usr/bin/env bash
# A descriptor that getfd named stays open in QEMU 7.2 after its client has gone.
#
# One expects what a connection passed to go with it, the more so since another monitor cannot see
# the name: closefd there says that it is not found. But the name belongs to the monitor, not to the
# connection. The next client of that monitor finds it: a manager that is restarted between getfd and
# the command that uses the name leaks a descriptor, and a socket passed so is not closed for its
# peer. add-fd is no different. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3: the other end of the passed pipe
# stays open, and closefd of the second client of the same monitor succeeds.
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
qemu -M none -qmp "unix:$dir/a,server=on,wait=off" -qmp "unix:$dir/b,server=on,wait=off" &
trap 'kill $! 2>/dev/null || true; rm -rf "$dir"' EXIT
for _ in $(seq 100); do [ -S "$dir/b" ] && break; sleep 0.1; done
timeout 30 python3 - "$dir" <<'EOF'
import array, json, os, select, socket, sys

class Monitor:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.socket.settimeout(10)
        self.lines = self.socket.makefile()
        self.lines.readline()
        self.run("qmp_capabilities")

    def run(self, command, fd=None, **arguments):
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))] if fd is not None else []
        self.socket.sendmsg([json.dumps({"execute": command, "arguments": arguments}).encode()], rights)
        return json.loads(self.lines.readline())

    def close(self):
        self.lines.close()
        self.socket.close()

a, b = sys.argv[1] + "/a", sys.argv[1] + "/b"
ours, theirs = os.pipe()
first, other = Monitor(a), Monitor(b)
first.run("getfd", fd=theirs, fdname="x")
os.close(theirs)
elsewhere = other.run("closefd", fdname="x")
first.close()
second = Monitor(a)
closed, _, _ = select.select([ours], [], [], 1)
later = second.run("closefd", fdname="x")
gone, _, _ = select.select([ours], [], [], 5)
print("another monitor:", elsewhere)
print("the pipe after the client has gone:", "closed" if closed else "open")
print("the next client:", later, "and then the pipe is", "closed" if gone else "open")
sys.exit(not ("error" in elsewhere and not closed and "return" in later and gone))
EOF
