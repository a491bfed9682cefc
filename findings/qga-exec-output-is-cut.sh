#!/usr/bin/env bash
# guest-exec of qemu-ga 7.2 keeps 16 MiB of what a program prints and drops the rest, while the
# program's exit code is 0.
#
# qga/qapi-schema.json says that guest-exec captures output; that there is a limit shows only in the
# member out-truncated of guest-exec-status. A backup that is taken through guest-exec is cut off
# without an error.
#
# Seen: qemu-ga of Debian's qemu-guest-agent 1:7.2+dfsg-7+deb12u18+b3 returns 16777216 of 20000000
# bytes, exitcode 0, out-truncated true.
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
import base64, json, socket, sys, time
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); f = s.makefile("rw")
def call(command, **args):
    f.write(json.dumps({"execute": command, "arguments": args}) + "\n"); f.flush()
    return json.loads(f.readline())["return"]
pid = call("guest-exec", path="/usr/bin/head", arg=["-c", "20000000", "/dev/zero"], **{"capture-output": True})["pid"]
for _ in range(100):
    st = call("guest-exec-status", pid=pid)
    if st["exited"]: break
    time.sleep(0.2)
print(len(base64.b64decode(st["out-data"])), st["exitcode"], st.get("out-truncated"))' "$dir/sock")
echo "$out"
[ "$out" = "16777216 0 True" ] || { echo "the output is no longer cut at 16 MiB with exit code 0"; exit 1; }
