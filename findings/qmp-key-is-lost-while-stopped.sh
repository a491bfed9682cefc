#!/usr/bin/env bash
# send-key to a stopped guest of QEMU 7.2 succeeds, and the guest never gets the key.
#
# Other input waits until the guest runs (a serial port's, a network card's), and input-send-event,
# the other command for keys, is refused with "VM not running". send-key returns {}, and the key is
# dropped: one that was pressed during a snapshot, or by a program that starts the guest with -S and
# sends the keys for its boot menu before cont, was never pressed. With input-send-event one
# learns of it. 10.0 and 11.1 do the same.
#
# The guest here is a boot sector that writes what the keyboard sends to port 0xe9, after a "K" when
# it begins. Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3: "a" (1e 9e) and "c" (2e
# ae) arrive, and "b", which is sent between stop and cont, does not.
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
# cli; "K" to port e9; then for ever: wait for bit 0 of port 64, and from port 60 to port e9
{ printf '\xfa\xb0\x4b\xe6\xe9\xe4\x64\xa8\x01\x74\xfa\xe4\x60\xe6\xe9\xeb\xf4'; head -c 493 /dev/zero; printf '\x55\xaa'; } >"$dir/boot"
qemu -M pc,accel=tcg -m 16 -drive "if=ide,format=raw,file=$dir/boot" -chardev "file,id=out,path=$dir/out" \
	-device isa-debugcon,iobase=0xe9,chardev=out -qmp "unix:$dir/sock,server=on,wait=off" &
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

def wait(text):  # until the guest has written it; returns what is there a second later
    for _ in range(100):
        with open(sys.argv[1] + "/out", "rb") as out:
            if text in out.read().hex():
                break
        time.sleep(0.1)
    time.sleep(1)
    with open(sys.argv[1] + "/out", "rb") as out:
        return out.read().hex()

def key(name):
    return {"type": "qcode", "data": name}

def switch(name, down):
    return {"type": "key", "data": {"down": down, "key": key(name)}}

run("qmp_capabilities")
wait("4b")
run("send-key", keys=[key("a")])
before = wait("1e9e")
run("stop")
sent = run("send-key", keys=[key("b")])
other = run("input-send-event", events=[switch("d", True), switch("d", False)])
print("while stopped:", sent, other)
time.sleep(1)
run("cont")
run("send-key", keys=[key("c")])
after = wait("2eae")
print("the guest got", before, "and then", after)
sys.exit(not (sent == {} and other.get("desc") == "VM not running" and before == "4b1e9e" and after == "4b1e9e2eae"))
END
