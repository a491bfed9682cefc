#!/usr/bin/env bash
# QEMU 7.2 refuses 1048576.0 and 1e6 where an integer is expected.
#
# JSON has one kind of number, and JSON Schema, JavaScript and others take 1048576.0 for an integer. QMP
# decides by the spelling: with a point or an exponent it is a floating-point number, which no member
# of an integer type takes, whatever its value. So a program that divides a size (2097152 / 2 is
# 1048576.0 in Python), or a library that writes large numbers with an exponent, is told that the
# integer is not an integer. As an id, the same number comes back as 1048576. 10.0 and 11.1 do
# the same.
#
# Seen: qemu-storage-daemon of Debian's qemu-system-common 1:7.2+dfsg-7+deb12u18+b3: "Invalid parameter
# type for 'size', expected: integer".
set -eu
version='1:7.2+dfsg-7+deb12u18+b3'
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/root"
: >"$dir/status"
apt="-o Dir::State::Lists=$dir/lists -o Dir::State::status=$dir/status -o Dir::Cache=$dir/cache -o APT::Sandbox::User=root -o APT::Install-Recommends=false"
apt-get $apt update -qq
apt-get $apt install -y -qq --download-only "qemu-system-common=$version" >/dev/null
for deb in "$dir"/cache/archives/*.deb; do dpkg -x "$deb" "$dir/root"; done
lib=$dir/root/usr/lib/x86_64-linux-gnu
ld=$(find "$dir/root" -name 'ld-linux-x86-64.so.2' | head -n 1)
daemon() { timeout 20 "$ld" --library-path "$lib:$dir/root/lib/x86_64-linux-gnu" "$dir/root/usr/bin/qemu-storage-daemon" "$@"; }

daemon --version | head -n 1
add() { printf '{"execute": "blockdev-add", "arguments": {"driver": "null-co", "node-name": "n%s", "size": %s}, "id": %s}\n' "$1" "$2" "$2"; }
out=$({ echo '{"execute": "qmp_capabilities"}'; add 1 1048576.0; add 2 1e6; add 3 1048576; echo '{"execute": "quit"}'; } |
	daemon --chardev stdio,id=c --monitor c | grep '"id"')
echo "$out"
[ "$(grep -c "'size', expected: integer" <<<"$out")" = 2 ] || { echo "a point or an exponent is taken now"; exit 1; }
grep -q '"id": 1048576, "error"' <<<"$out" || { echo "the id comes back in another form"; exit 1; }
grep -q '"return": {}, "id": 1048576' <<<"$out" || { echo "the plain integer is refused"; exit 1; }
