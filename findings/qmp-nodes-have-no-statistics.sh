#!/usr/bin/env bash
# query-blockstats of QEMU 7.2 with "query-nodes": true lists all nodes, and each with zero reads.
#
# A manager that builds its disks of named nodes asks for the statistics of nodes, to see which
# image of a chain is read, or how much a backup reads. The reply has the same members as that for
# devices (rd_bytes, rd_operations, their times), but for reads and writes they are 0, however busy
# the node is. Only what the guest's device does is counted, and only without "query-nodes"; what a
# backup reads shows in neither: the job's own progress has to do for that. 10.0 and 11.1 do the
# same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3: a backup of 1 MiB, and then a guest
# whose firmware reads the disk to boot from it.
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
program qemu-img create -q -f raw "$dir/image" 1M
qemu -M pc,accel=tcg -S -blockdev "driver=raw,node-name=disk,file.driver=file,file.filename=$dir/image,file.node-name=file" \
	-blockdev driver=null-co,node-name=target,size=1048576 -device ide-hd,id=ide,drive=disk -qmp "unix:$dir/sock,server=on,wait=off" &
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

def statistics(nodes):
    return {x.get("node-name" if nodes else "qdev"): x["stats"]["rd_bytes"] for x in run("query-blockstats", query_nodes=nodes)}

run("qmp_capabilities")
run("blockdev-backup", job_id="job", device="disk", target="target", sync="full")
for _ in range(100):
    if not run("query-jobs"):
        break
    time.sleep(0.1)
copied = [e["data"]["offset"] for e in events if e["event"] == "BLOCK_JOB_COMPLETED" and "error" not in e["data"]]
backup = statistics(False), statistics(True)
print("read by the backup:", copied, "counted:", *backup)
run("cont")
for _ in range(200):
    device = statistics(False)
    if any(device.values()):
        break
    time.sleep(0.1)
nodes = statistics(True)
print("read by the guest, device:", device, "nodes:", nodes)
right = copied == [1048576] and not any(backup[0].values()) and not any(backup[1].values())
sys.exit(not (right and any(device.values()) and {"disk", "file"} <= set(nodes) and not any(nodes.values())))
END
