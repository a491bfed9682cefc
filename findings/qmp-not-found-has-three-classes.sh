#!/usr/bin/env bash
# QEMU 7.2 has three error classes for "there is no such thing", and one concept can have two.
#
# Who makes removal idempotent tests the class DeviceNotFound, as its name says. Only what is looked
# up in the object model has it. A block job that is not there is DeviceNotActive for
# block-job-cancel and GenericError for job-cancel, though both mean the same job; a block node and
# an object are GenericError, which is also the class of every other failure, so that only the text
# tells. 10.0 and 11.1 do the same.
#
# Seen: qemu-storage-daemon of Debian's qemu-system-common 1:7.2+dfsg-7+deb12u18+b3: DeviceNotFound
# for qom-get, DeviceNotActive for block-job-cancel, GenericError for job-cancel, blockdev-del and
# object-del.
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
	'{"execute": "qom-get", "arguments": {"path": "/none", "property": "type"}}' \
	'{"execute": "block-job-cancel", "arguments": {"device": "none"}}' \
	'{"execute": "job-cancel", "arguments": {"id": "none"}}' \
	'{"execute": "blockdev-del", "arguments": {"node-name": "none"}}' \
	'{"execute": "object-del", "arguments": {"id": "none"}}' \
	'{"execute": "quit"}' | daemon --chardev stdio,id=c --monitor c)
echo "$out"
classes=$(grep -o '"class": "[A-Za-z]*"' <<<"$out" | cut -d '"' -f 4 | tr '\n' ' ')
[ "$classes" = "DeviceNotFound DeviceNotActive GenericError GenericError GenericError " ] ||
	{ echo "the classes are others now: $classes"; exit 1; }
