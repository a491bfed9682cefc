#!/usr/bin/env bash
# qemu-ga 7.2 tells the result of a program once: the next guest-exec-status knows no such PID.
#
# A query looks as if it could be repeated, and the schema only says that the command reaps the
# process. The exit status and all output go with the first answer that says "exited": true. If that
# answer is lost, as with a channel that is reset or a caller that gave up waiting, they are gone, and
# the error does not differ from that for a PID which never was.
#
# Seen: qemu-ga of Debian's qemu-guest-agent 1:7.2+dfsg-7+deb12u18+b3: "exited": true with the output,
# then the class GenericError, "Invalid parameter 'pid'".
set -eu
version='1:7.2+dfsg-7+deb12u18+b3'
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/root"
: >"$dir/status"
apt="-o Dir::State::Lists=$dir/lists -o Dir::State::status=$dir/status -o Dir::Cache=$dir/cache -o APT::Sandbox::User=root -o APT::Install-Recommends=false"
apt-get $apt update -qq
apt-get $apt install -y -qq --download-only "qemu-guest-agent=$version" >/dev/null
for deb in "$dir"/cache/archives/*.deb; do dpkg -x "$deb" "$dir/root"; done
lib=$dir/root/usr/lib/x86_64-linux-gnu
ld=$(find "$dir/root" -name 'ld-linux-x86-64.so.2' | head -n 1)
agent() { timeout 60 "$ld" --library-path "$lib:$dir/root/lib/x86_64-linux-gnu" "$dir/root/usr/sbin/qemu-ga" "$@"; }

agent --version
agent -m unix-listen -p "$dir/sock" -t "$dir" >"$dir/log" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null || true; rm -rf "$dir"' EXIT
for _ in $(seq 100); do [ -S "$dir/sock" ] && break; sleep 0.1; done
out=$(timeout 50 python3 -c '
import json, socket, sys, time
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); f = s.makefile("rw")
def call(command, **args):
    f.write(json.dumps({"execute": command, "arguments": args}) + "\n"); f.flush()
    return json.loads(f.readline())
pid = call("guest-exec", path="/bin/echo", arg=["once"], **{"capture-output": True})["return"]["pid"]
for _ in range(100):
    st = call("guest-exec-status", pid=pid)
    if st["return"]["exited"]: break
    time.sleep(0.2)
print("first:", st)
again = call("guest-exec-status", pid=pid)
never = call("guest-exec-status", pid=1)
print("again:", again)
print("never:", never)
sys.exit(0 if "out-data" in st["return"] and "error" in again and again == never else 1)
' "$dir/sock") || { echo "$out"; echo "the result is told again now, or in another way"; exit 1; }
echo "$out"
