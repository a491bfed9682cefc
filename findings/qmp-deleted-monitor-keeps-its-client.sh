#!/usr/bin/env bash
# A client of a monitor that is deleted from QEMU 11.1 keeps its connection, and waits for ever.
#
# Monitors are objects in 11.1, which object-del removes, also with a client at work. One expects
# that its connection ends, or that the object is in use. object-del succeeds, and the connection
# stays open: what the client sends is not answered, there is no event for it, and another client
# that connects gets no greeting, since the chardev is still there and has nobody to read it. A new
# monitor on that chardev greets the same client a second time, in the middle of its session, and
# answers the command of before with CommandNotFound, for it has to negotiate again. Whoever removes
# a monitor has to remove its chardev, too.
#
# Seen: QEMU of Debian's qemu-system-x86 1:11.1.3+ds-1~bpo13+1 (trixie-backports).
set -eu
version='1:11.1.3+ds-1~bpo13+1'
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/root"
: >"$dir/status"
mirror=$(sed -n 's/^URIs: //p' /etc/apt/sources.list.d/debian.sources | head -n 1)
for suite in trixie trixie-backports; do
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
done >"$dir/sources"
apt="-o Dir::Etc::SourceList=$dir/sources -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists=$dir/lists -o Dir::State::status=$dir/status -o Dir::Cache=$dir/cache -o APT::Sandbox::User=root -o APT::Install-Recommends=false"
apt-get $apt update -qq
apt-get $apt install -y -qq --download-only -t trixie-backports "qemu-system-x86=$version" >/dev/null
for deb in "$dir"/cache/archives/*.deb; do dpkg -x "$deb" "$dir/root"; done
lib=$dir/root/usr/lib/x86_64-linux-gnu
ld=$(find "$dir/root" -name 'ld-linux-x86-64.so.2' | head -n 1)
qemu() { timeout 60 "$ld" --library-path "$lib:$lib/pulseaudio:$lib/libproxy:$lib/systemd" "$dir/root/usr/bin/qemu-system-x86_64" -nodefaults -display none "$@"; }

qemu --version | head -n 1
qemu -M none -qmp "unix:$dir/main,server=on,wait=off" &
trap 'kill $! 2>/dev/null || true; rm -rf "$dir"' EXIT
for _ in $(seq 100); do [ -S "$dir/main" ] && break; sleep 0.1; done
timeout 30 python3 - "$dir" <<'EOF'
import json, socket, sys

class Client:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(3)
        self.socket.connect(path)
        self.rest = b""

    def line(self):  # None if nothing comes, "end" if the connection has ended
        while b"\n" not in self.rest:
            try:
                more = self.socket.recv(65536)
            except TimeoutError:
                return None
            if not more:
                return "end"
            self.rest += more
        line, _, self.rest = self.rest.partition(b"\n")
        return json.loads(line)

    def run(self, command, **arguments):
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments, "id": command}).encode())
        return self.line()

directory = sys.argv[1]
main = Client(directory + "/main")
main.line()
main.run("qmp_capabilities")
address = {"type": "unix", "data": {"path": directory + "/second"}}
main.run("chardev-add", id="c", backend={"type": "socket", "data": {"server": True, "wait": False, "addr": address}})
main.run("object-add", **{"qom-type": "monitor-qmp", "id": "m", "chardev": "c"})
client = Client(directory + "/second")
client.line()
before = client.run("qmp_capabilities")
deleted = main.run("object-del", id="m")
after = client.run("query-name")
other = Client(directory + "/second").line()
main.run("object-add", **{"qom-type": "monitor-qmp", "id": "m", "chardev": "c"})
again, answer = client.line(), client.line()
main.run("quit")
print("the client before:", before)
print("object-del:", deleted)
print("the client after:", after, "and another:", other)
print("with a new monitor:", "greeted again" if "QMP" in again else again, "and", answer)
sys.exit(not ("return" in before and "return" in deleted and after is None and other is None
              and "QMP" in again and answer["error"]["class"] == "CommandNotFound" and answer["id"] == "query-name"))
EOF
