#!/usr/bin/env bash
# QEMU 7.2 mixes up the bytes of a client that connects while QEMU starts.
#
# A socket of -qmp …,server=on,wait=off that accepts a connection is taken to be ready, so managers
# dial it in a loop until it answers. But QEMU 7.2 accepts the connection in its main loop, and hands
# the monitor to its I/O thread at about the same time: a client that comes in between is read by
# both. Its commands lose bytes or change places, so that QEMU answers with parse errors, or not at
# all, or it greets twice. Nothing tells the client that this is not its own fault. It hits one start
# in 200 where the processors are busy, and one in thousands where they are not.
#
# A client that sends nothing before it has the greeting is not safe either. One whose monitor is a
# descriptor that QEMU inherits (-chardev socket,fd=…) is, and so is one that connects after such a
# monitor has answered a command: none in 4,900 and in 4,700 starts. QEMU 10.0 and 11.1: none in
# 2,000 starts each.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3, twelve at a time on two
# processors: of 1,781 starts seven connections were not answered and three were greeted twice.
# The script stops at the first.
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
set -- "$ld" --library-path "$lib:$dir/root/lib/x86_64-linux-gnu:$lib/pulseaudio:$lib/libproxy:$lib/systemd" "$dir/root/usr/bin/qemu-system-x86_64" \
	-L "$dir/root/usr/share/qemu" -L "$dir/root/usr/share/seabios"

"$@" --version | head -n 1
timeout 600 python3 - "$dir" "$@" <<'EOF'
import json, os, socket, subprocess, sys, threading, time

folder, qemu = sys.argv[1], sys.argv[2:]
commands = [{"execute": "qmp_capabilities", "id": 0}] + [{"execute": "query-status", "id": n} for n in range(1, 20)]
end = time.time() + 480
lock = threading.Lock()
starts, found = 0, []


def talk(path):
    """Connects as soon as the socket accepts, and returns what is wrong with the answers."""
    connection = socket.socket(socket.AF_UNIX)
    while connection.connect_ex(path) != 0:
        time.sleep(0.0005)
    connection.settimeout(30)
    lines = connection.makefile()
    connection.sendall(" ".join(map(json.dumps, commands)).encode())
    try:
        greeting = json.loads(lines.readline())
        if "QMP" not in greeting:
            return "in place of the greeting: %s" % greeting
        for command in commands:
            reply = json.loads(lines.readline())
            if "return" not in reply or reply["id"] != command["id"]:
                return "in place of the reply to %s: %s" % (command, reply)
    except TimeoutError:
        return "no answer for 30 seconds"
    except (OSError, ValueError) as err:
        return "in place of an answer: %r" % err
    finally:
        lines.close()
        connection.close()


def work(number):
    global starts
    path = "%s/%d" % (folder, number)
    while not found and starts < 20000 and time.time() < end:
        machine = subprocess.Popen(qemu + ["-M", "none", "-nodefaults", "-display", "none", "-S", "-qmp", "unix:%s,server=on,wait=off" % path])
        try:
            wrong = talk(path)
        finally:
            machine.kill()
            machine.wait()
            os.unlink(path)
        with lock:
            starts += 1
            if wrong:
                found.append("start %d: %s" % (starts, wrong))


workers = [threading.Thread(target=work, args=(n,)) for n in range(12)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
print("\n".join(found) or "nothing wrong in %d starts" % starts)
sys.exit(not found)
EOF
