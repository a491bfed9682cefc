#!/usr/bin/env bash
# object-del of QEMU 7.2 removes an iothread that a disk uses, and the thread goes on without a
# name.
#
# Other objects in use (memory backends, throttle groups) are refused, so that success is taken for
# "nothing uses it". The thread still serves the disk, query-iothreads no longer lists it, so that
# tools which pin threads miss it, and its properties cannot be changed any more. The disk's own
# property "iothread" reads "", which is also what a disk without one has. A new iothread of the
# same name is another thread, which the disk does not use. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3, virtio-blk-pci: object-del
# succeeds, query-iothreads is empty, and /proc still has the thread.
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
qemu -M pc,accel=tcg -S -blockdev null-co,node-name=n -object iothread,id=io -object memory-backend-ram,id=m,size=1M \
	-device virtio-blk-pci,drive=n,id=disk,iothread=io -machine memory-backend=m -m 1M -qmp "unix:$dir/sock,server=on,wait=off" &
trap 'kill $! 2>/dev/null || true; rm -rf "$dir"' EXIT
for _ in $(seq 100); do [ -S "$dir/sock" ] && break; sleep 0.1; done
timeout 30 python3 - "$dir/sock" <<'EOF'
import glob, json, socket, sys, time

monitor = socket.socket(socket.AF_UNIX)
monitor.connect(sys.argv[1])
lines = monitor.makefile()
lines.readline()

def run(command, **arguments):
    monitor.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
    while True:
        reply = json.loads(lines.readline())
        if "event" not in reply:
            return reply

def used():
    return run("qom-get", path="/machine/peripheral/disk", property="iothread")["return"]

run("qmp_capabilities")
thread = run("query-iothreads")["return"][0]["thread-id"]
before = used()
memory = run("object-del", id="m")
deleted = run("object-del", id="io")
listed = run("query-iothreads")["return"]
after = used()
again = run("object-add", **{"qom-type": "iothread", "id": "io"})
time.sleep(1)
now = used()
alive = glob.glob("/proc/[0-9]*/task/%d" % thread)
print("object-del of memory:", memory)
print("object-del of the iothread:", deleted, "then listed:", listed, "and the thread", "runs" if alive else "has ended")
print("the disk's iothread: %r, then %r, and with a new one of that name %r" % (before, after, now))
run("quit")
sys.exit(not ("error" in memory and "return" in deleted and "return" in again and listed == [] and alive
              and before == "/objects/io" and after == "" and now == ""))
EOF
