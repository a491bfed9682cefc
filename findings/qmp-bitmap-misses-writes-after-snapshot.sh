#!/usr/bin/env bash
# After a snapshot, a dirty bitmap of QEMU 7.2 still says that it records, and misses all writes.
#
# A bitmap is added to a disk by the name of its node, and one expects it to follow the disk, as the
# device, throttling and exports do. A snapshot puts another node under the device; the bitmap stays
# with the old one, which nobody writes any more, with "recording": true as before. An incremental
# backup by the same two names then succeeds, and copies only what was written before the snapshot.
# The new node needs a bitmap of its own, by block-dirty-bitmap-add in the same transaction
# as blockdev-snapshot, and a backup needs both. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3: 64 KiB written, a snapshot, 1 MiB
# written; the bitmap's count is 65536, and BLOCK_JOB_COMPLETED has no error and "len": 65536.
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
program qemu-img create -q -f qcow2 "$dir/image" 8M
qemu -M pc,accel=tcg -S -blockdev "driver=qcow2,node-name=disk,file.driver=file,file.filename=$dir/image" \
	-blockdev driver=null-co,node-name=target,size=8388608 -device ide-hd,id=ide,drive=disk -qmp "unix:$dir/sock,server=on,wait=off" &
trap 'kill $! 2>/dev/null || true; rm -rf "$dir"' EXIT
for _ in $(seq 100); do [ -S "$dir/sock" ] && break; sleep 0.1; done
timeout 60 python3 - "$dir" <<'END'
import json, socket, sys, time

monitor = socket.socket(socket.AF_UNIX)
monitor.settimeout(20)
monitor.connect(sys.argv[1] + "/sock")
lines = monitor.makefile()
lines.readline()
events = []

def run(command, **arguments):
    arguments = {name.replace("_", "-"): value for name, value in arguments.items()}
    monitor.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
    while True:
        message = json.loads(lines.readline())
        if "event" not in message:
            return message.get("return", message.get("error"))
        events.append(message)

def write(size):  # by the device, as the guest does
    run("human-monitor-command", command_line='qemu-io -d ide "write 0 %s"' % size)

def bitmaps():
    nodes = run("query-named-block-nodes", flat=True)
    return {x["node-name"]: [(b["name"], b["recording"], b["count"]) for b in x["dirty-bitmaps"]] for x in nodes if x.get("dirty-bitmaps")}

run("qmp_capabilities")
run("block-dirty-bitmap-add", node="disk", name="backup")
write("64k")
before = bitmaps()
run("blockdev-snapshot-sync", node_name="disk", snapshot_file=sys.argv[1] + "/overlay", snapshot_node_name="overlay")
write("1M")
after = bitmaps()
print("bitmaps before:", before, "after:", after)
run("blockdev-backup", job_id="job", device="disk", target="target", sync="incremental", bitmap="backup")
for _ in range(100):
    if not run("query-jobs"):
        break
    time.sleep(0.1)
done = [e["data"] for e in events if e["event"] == "BLOCK_JOB_COMPLETED"]
print("backup:", done)
right = before == after == {"disk": [("backup", True, 65536)]}
sys.exit(not (right and len(done) == 1 and "error" not in done[0] and done[0]["len"] == 65536))
END
