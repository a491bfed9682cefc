#!/usr/bin/env bash
# QEMU 7.2 says CommandNotFound for commands that it has.
#
# The class is described as "the requested command has not been found", and so programs take it as
# "this QEMU is too old", and fall back for good. Every command that comes before qmp_capabilities has
# it as well, and so has qmp_capabilities itself when it comes twice; only the text differs. What
# QEMU has is told by query-qmp-schema, not by trying. 10.0 and 11.1 do the same.
#
# Seen: qemu-storage-daemon of Debian's qemu-system-common 1:7.2+dfsg-7+deb12u18+b3.
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
out=$({ printf '%s\n' '{"execute": "query-version", "id": "early"}' \
	'{"execute": "qmp_capabilities"}' '{"execute": "query-version", "id": "now"}' \
	'{"execute": "qmp_capabilities", "id": "twice"}' '{"execute": "quit"}'; } | daemon --chardev stdio,id=c --monitor c)
grep '"id"' <<<"$out"
grep -q '"id": "now", "return"\|"return".*"id": "now"' <<<"$out" || { echo "query-version is not there at all"; exit 1; }
for id in early twice; do
	grep "\"id\": \"$id\"" <<<"$out" | grep -q CommandNotFound || { echo "$id has another class now"; exit 1; }
done
