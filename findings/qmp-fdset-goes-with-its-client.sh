#!/usr/bin/env bash
# A file that a client passed to QEMU 7.2 with add-fd, and that nothing uses yet, is closed when the
# client goes, if the guest runs; while it is stopped, remove-fd removes nothing.
#
# Sets of descriptors are described as shared by all monitors, unlike those of getfd, and one
# expects them to stay until remove-fd, and that to do what it says. Whether the guest runs decides
# on both: a client that passes a descriptor, loses its connection and comes back finds the set gone
# (the descriptors of getfd stay, see qmp-getfd-outlives-its-client.sh); with a stopped guest the
# set stays, and remove-fd of it succeeds, while query-fdsets lists it as before. 10.0 and 11.1 keep
# it in both states, and remove-fd removes it.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3, one monitor.
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
see() { # prints, for a guest that is started with the given options, what becomes of two sets
	rm -f "$dir/sock"
	qemu -M pc,accel=tcg "$@" -qmp "unix:$dir/sock,server=on,wait=off" &
	for _ in $(seq 100); do [ -S "$dir/sock" ] && break; sleep 0.1; done
	sleep 1
	timeout 30 python3 - "$dir/sock" <<'EOF'
import json, os, socket, sys

def connect():
    monitor = socket.socket(socket.AF_UNIX)
    monitor.connect(sys.argv[1])
    lines = monitor.makefile()
    lines.readline()

    def run(command, fds=(), **arguments):
        socket.send_fds(monitor, [json.dumps({"execute": command, "arguments": arguments}).encode()], fds)
        while True:
            reply = json.loads(lines.readline())
            if "event" not in reply:
                return reply["return"]

    def close():
        lines.close()
        monitor.close()

    run("qmp_capabilities")
    return run, close

def sets(run):
    return sorted(s["fdset-id"] for s in run("query-fdsets"))

run, close = connect()
status = run("query-status")["status"]
fd = os.open("/dev/null", os.O_RDWR)
run("add-fd", [fd], **{"fdset-id": 1})
run("add-fd", [fd], **{"fdset-id": 2})
run("remove-fd", **{"fdset-id": 2})
removed = sets(run)
close()
run, close = connect()
print(status, "2 removed:", removed, "next client:", sets(run))
run("quit")
EOF
	wait
}
running=$(see)
stopped=$(see -S)
printf '%s\n' "$running" "$stopped"
[ "$running" = 'running 2 removed: [1] next client: []' ] || { echo "a running guest's sets stay now"; exit 1; }
[ "$stopped" = 'prelaunch 2 removed: [1, 2] next client: [1, 2]' ] || { echo "a stopped guest's sets can be removed now"; exit 1; }
