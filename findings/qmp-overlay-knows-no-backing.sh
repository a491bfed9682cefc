#!/usr/bin/env bash
# After blockdev-snapshot of QEMU 7.2 the new image does not say what it is an overlay of.
#
# blockdev-snapshot is described as the modern form of blockdev-snapshot-sync, which writes the name
# of the backing file into the image. It takes an image that is open with "backing": null, puts
# it above the disk, and all reads right for as long as QEMU runs; the image's header is not written.
# Who begins that machine again from the overlay alone has a disk of zeros with a few blocks in it.
# The name has to be there before, from qemu-img create -b or blockdev-create, or to be given with
# "backing" each time. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3: the node has a backing node, and
# qemu-img info shows none.
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
for image in base overlay; do program qemu-img create -q -f qcow2 "$dir/$image" 1M; done
out=$(printf '%s\n' '{"execute": "qmp_capabilities"}' \
	'{"execute": "blockdev-add", "arguments": {"driver": "qcow2", "node-name": "base", "file": {"driver": "file", "filename": "'"$dir"'/base"}}}' \
	'{"execute": "blockdev-add", "arguments": {"driver": "qcow2", "node-name": "overlay", "backing": null, "file": {"driver": "file", "filename": "'"$dir"'/overlay"}}}' \
	'{"execute": "blockdev-snapshot", "arguments": {"node": "base", "overlay": "overlay"}, "id": "snapshot"}' \
	'{"execute": "query-named-block-nodes", "id": "nodes"}' '{"execute": "quit"}' | qemu -M none -qmp stdio)
info=$(program qemu-img info "$dir/overlay")
grep -o '"backing-image".*"id": "nodes"' <<<"$out" | head -c 60 || true
echo; echo "$info"
grep '"id": "snapshot"' <<<"$out" | grep -q '"return"' || { echo "the snapshot failed"; exit 1; }
grep '"id": "nodes"' <<<"$out" | grep -q '"backing_file_depth": 1' || { echo "the node has no backing node"; exit 1; }
! grep -q 'backing file' <<<"$info" || { echo "the image says what is below it now"; exit 1; }
