#!/usr/bin/env bash
# A migration of QEMU 7.2 sends no event MIGRATION unless that was asked for before.
#
# The event is in the schema as sent "when a migration event happens", and jobs, dumps and other long
# work report their end by events without a setting, so that one starts a migration and waits. None
# comes, neither when it fails nor when it completes: only the capability "events" of
# migrate-set-capabilities turns them on, which is off in each new QEMU and cannot be set while a
# migration runs: a client that finds one begun by another has to ask query-migrate. STOP is sent in
# any case, and is easy to take for the end. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3: completed with STOP only, and then,
# with the capability, MIGRATION with setup, active and completed.
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

def migrate():
    events.clear()
    run("migrate", uri="exec:cat >/dev/null")
    for _ in range(200):
        status = run("query-migrate").get("status")
        if status in ("completed", "failed"):
            break
        time.sleep(0.1)
    run("query-status")  # what was sent before its reply has come
    return status, [(e["event"], e.get("data", {}).get("status")) for e in events]

run("qmp_capabilities")
without = migrate()
print("without the capability:", *without)
run("cont")
run("migrate-set-capabilities", capabilities=[{"capability": "events", "state": True}])
having = migrate()
print("with it:", *having)
told = [status for name, status in having[1] if name == "MIGRATION"]
sys.exit(not (without[0] == "completed" and all(name != "MIGRATION" for name, _ in without[1]) and "setup" in told and "completed" in told))
END
