#!/usr/bin/env bash
# query-named-block-nodes of QEMU 7.2 repeats, for each image, all images below it: twice the
# snapshots are four times the reply.
#
# A reply that describes each node once grows with the nodes. Without "flat": true, which is false
# by default and described as omitting nested data, each node comes with the complete chain of its
# backing images, nested as deep: 50 snapshots are 590 KB, 100 are 2.2 MB in objects within objects,
# and QEMU's main loop waits until they are collected. A reader that has a limit for a line or for
# nesting fails after some months of daily snapshots. 10.0 and 11.1 do the same.
#
# Seen: qemu-storage-daemon of Debian's qemu-system-common 1:7.2+dfsg-7+deb12u18+b3, chains of 25
# and of 50 qcow2 images: 163 and 588 KB, flat 30 and 59 KB.
set -eu
version='1:7.2+dfsg-7+deb12u18+b3'
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/root"
: >"$dir/status"
apt="-o Dir::State::Lists=$dir/lists -o Dir::State::status=$dir/status -o Dir::Cache=$dir/cache -o APT::Sandbox::User=root -o APT::Install-Recommends=false"
apt-get $apt update -qq
apt-get $apt install -y -qq --download-only "qemu-system-common=$version" "qemu-utils=$version" >/dev/null
for deb in "$dir"/cache/archives/*.deb; do dpkg -x "$deb" "$dir/root"; done
lib=$dir/root/usr/lib/x86_64-linux-gnu
ld=$(find "$dir/root" -name 'ld-linux-x86-64.so.2' | head -n 1)
program() { timeout 60 "$ld" --library-path "$lib:$dir/root/lib/x86_64-linux-gnu" "$dir/root/usr/bin/$1" "${@:2}"; }

program qemu-storage-daemon --version | head -n 1
cd "$dir"
program qemu-img create -q -f qcow2 0 1M
for i in $(seq 50); do program qemu-img create -q -u -f qcow2 -b $((i - 1)) -F qcow2 "$i" 1M; done
size() { # prints the size of the reply for a chain of that many images, with the given arguments
	printf '%s\n' '{"execute": "qmp_capabilities"}' '{"execute": "blockdev-add", "arguments": {"driver": "qcow2", "node-name": "top", "read-only": true, "file": {"driver": "file", "filename": "'"$1"'"}}}' \
		'{"execute": "query-named-block-nodes", "arguments": {'"$2"'}, "id": "nodes"}' '{"execute": "quit"}' |
		program qemu-storage-daemon --chardev stdio,id=c --monitor c | grep '"id": "nodes"' | wc -c
}
short=$(size 25 '')
long=$(size 50 '')
flat25=$(size 25 '"flat": true')
flat50=$(size 50 '"flat": true')
echo "25 images: $short bytes, flat $flat25; 50 images: $long bytes, flat $flat50"
[ "$flat50" -gt 10000 ] && [ "$flat50" -lt $((flat25 * 5 / 2)) ] || { echo "the flat form has another size"; exit 1; }
[ "$long" -gt $((short * 3)) ] || { echo "the reply grows with the number of images now"; exit 1; }
