#!/usr/bin/env bash
# A second QEMU 7.2 takes the monitor's socket of the first without an error, and loses it when the
# first one ends.
#
# A server whose address is in use is refused, one thinks, as with TCP. A unix socket's file is removed
# before a new one is bound, so that the second QEMU with the same path begins, and the first one has
# a monitor that nobody can reach. When the first ends, it removes the file by its name, which is the
# second's by then: now neither can be reached, and both were started and ended in the usual way, as
# in a restart that does not wait. 10.0 and 11.1 do the same.
#
# Seen: qemu-storage-daemon of Debian's qemu-system-common 1:7.2+dfsg-7+deb12u18+b3, two of them with
# one path: the second has a node that the first has not, and answers at the path; after the first
# has been ended with "quit" over another monitor, the second runs and the path is gone.
set -eu
version='1:7.2+dfsg-7+deb12u18+b3'
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/root"
: >"$dir/status"
apt="-o Dir::State::Lists=$dir/lists -o Dir::State::status=$dir/status -o Dir::Cache=$dir/cache -o APT::Sandbox::User=root -o APT::Install-Recommends=false"
apt-get $apt update -qq
apt-get $apt install -y -qq --download-only "qemu-system-common=$version" >/dev/null
for deb in "$dir"/cache/archives/*.deb; do dpkg -x "$deb" "$dir/root"; done
lib=$dir/root/usr/lib/x86_64-linux-gnu
ld=$(find "$dir/root" -name 'ld-linux-x86-64.so.2' | head -n 1)
daemon() { timeout 20 "$ld" --library-path "$lib:$dir/root/lib/x86_64-linux-gnu" "$dir/root/usr/bin/qemu-storage-daemon" "$@"; }

daemon --version | head -n 1
begin() { # begins a daemon with a node and a monitor of that name, and one at the shared path
	daemon --blockdev "driver=null-co,node-name=$1" \
		--chardev "socket,id=shared,path=$dir/shared,server=on,wait=off" --monitor shared \
		--chardev "socket,id=own,path=$dir/$1,server=on,wait=off" --monitor own &
	for _ in $(seq 100); do [ -S "$dir/$1" ] && break; sleep 0.1; done
}
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
begin first
begin second
timeout 30 python3 - "$dir" <<'EOF'
import json, os, socket, sys, time

def run(name, command):
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(10)
        s.connect(sys.argv[1] + "/" + name)
        lines = s.makefile("rw")
        lines.readline()
        for c in ("qmp_capabilities", command):
            lines.write(json.dumps({"execute": c}) + "\n")
            lines.flush()
            reply = json.loads(lines.readline())
        return reply["return"]

def nodes(name):
    return [n["node-name"] for n in run(name, "query-named-block-nodes")]

own, shared = nodes("first"), nodes("shared")
run("first", "quit")
for _ in range(100):
    if not os.path.exists(sys.argv[1] + "/first"):
        break
    time.sleep(0.1)
time.sleep(1)
left = os.path.exists(sys.argv[1] + "/shared")
print("the first is there, with", own, "and the shared path leads to", shared)
print("after the end of the first: the second has", nodes("second"), "and the path is", "there" if left else "gone")
sys.exit(not (own == ["first"] and shared == ["second"] and not left))
EOF
