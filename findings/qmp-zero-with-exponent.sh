#!/usr/bin/env bash
# QEMU 7.2's QMP refuses the JSON number 0e0, and takes 0.0e0 and 1e0.
#
# RFC 8259 allows an exponent behind any integer part. QEMU's lexer (qobject/json-lexer.c) has no
# way from a leading zero to an exponent: it reads the number 0 and then the word "e0", which is
# no JSON. A client that writes numbers in the shortest form that its library knows can meet it.
#
# Seen: qemu-storage-daemon of Debian's qemu-system-common 1:7.2+dfsg-7+deb12u18+b3 answers 0e0 with a
# JSON parse error, and the other two with the id.
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
out=$(printf '%s\n' '{"execute": "qmp_capabilities"}' \
	'{"execute": "query-version", "id": 0e0}' \
	'{"execute": "query-version", "id": 0.0e0}' \
	'{"execute": "query-version", "id": 1e0}' \
	'{"execute": "quit"}' | daemon --chardev stdio,id=c --monitor c)
echo "$out"
[ "$(grep -c 'JSON parse error' <<<"$out")" = 1 ] || { echo "0e0 is no longer the only number that is refused"; exit 1; }
[ "$(grep -c '"id": ' <<<"$out")" = 2 ] || { echo "not two numbers are taken"; exit 1; }
