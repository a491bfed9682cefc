#!/usr/bin/env bash
# The node that blockdev-snapshot-sync of QEMU 7.2 makes under a given name is deleted with the
# device, and that of a disk without a device at once.
#
# The disk was made by blockdev-add, so that its node stays when the device is unplugged, until
# blockdev-del. After a snapshot with "snapshot-node-name" one expects that of the new top. But only
# what blockdev-add made stays by itself; this node lives as long as something uses it. device_del
# takes it away, blockdev-del of its name fails, and to plug the disk in again by its old node
# continues before the snapshot. Of a disk that is not plugged in, blockdev-snapshot-sync returns {}
# and there is no such node; the disk's node goes on being written. blockdev-snapshot with an
# overlay of blockdev-add is the way. 10.0 and 11.1 do the same.
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
for name in plugged spare; do program qemu-img create -q -f qcow2 "$dir/$name" 8M; done
qemu -M pc,accel=tcg -S -device virtio-scsi-pci -blockdev "driver=qcow2,node-name=plugged,file.driver=file,file.filename=$dir/plugged" \
	-blockdev "driver=qcow2,node-name=spare,file.driver=file,file.filename=$dir/spare" \
	-device scsi-hd,id=scsi,drive=plugged -qmp "unix:$dir/sock,server=on,wait=off" &
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

def names():
    return {x["node-name"] for x in run("query-named-block-nodes", flat=True)} & {"plugged", "spare", "top", "spare-top"}

def snapshot(node, top):
    return run("blockdev-snapshot-sync", node_name=node, snapshot_file=sys.argv[1] + "/" + top, snapshot_node_name=top)

run("qmp_capabilities")
results = snapshot("plugged", "top"), snapshot("spare", "spare-top")
before = names()
print("the snapshots:", results, "the nodes:", *sorted(before))
run("device_del", id="scsi")
for _ in range(50):
    run("query-status")
    if any(e["event"] == "DEVICE_DELETED" for e in events):
        break
    time.sleep(0.1)
after = names()
print("after DEVICE_DELETED:", *sorted(after))
sys.exit(not (results == ({}, {}) and before == {"plugged", "spare", "top"} and after == {"plugged", "spare"}))
END
