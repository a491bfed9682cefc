#!/usr/bin/env bash
# QEMU 7.2 answers the id 1e400, a valid JSON number, with the id inf, which is no JSON.
#
# RFC 8259 sets no limit to numbers, and QEMU's docs/interop/qmp-spec promises that the id comes
# back as it was sent. It is read into a double, which is infinite then, and printed with "%.17g". A
# client that reads replies with a strict JSON parser loses the connection over one odd id; ids that
# are smaller come back in another form (1e0 as 1).
#
# Seen: qemu-storage-daemon of Debian's qemu-system-common 1:7.2+dfsg-7+deb12u18+b3 answers with
# "id": inf.
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
out=$(printf '%s\n' '{"execute": "qmp_capabilities"}' '{"execute": "query-version", "id": 1e400}' \
	'{"execute": "quit"}' | daemon --chardev stdio,id=c --monitor c)
echo "$out"
grep -q '"id": inf}' <<<"$out" || { echo "the id is no longer answered with inf"; exit 1; }
