#!/usr/bin/env bash
# Of QEMU 7.2's two commands that cancel a job, one ends a ready mirror with success.
#
# job-cancel is described as the general form of block-job-cancel. For a mirror that is ready they do
# opposite things: block-job-cancel stops mirroring and leaves a complete copy behind
# (BLOCK_JOB_COMPLETED, no error), while job-cancel throws the work away (aborting,
# BLOCK_JOB_CANCELLED). Who replaces the one with the other, as the deprecation of the block-job
# commands in later releases suggests, changes what a finished backup is. 10.0 and 11.1 do the same.
#
# Seen: qemu-storage-daemon of Debian's qemu-system-common 1:7.2+dfsg-7+deb12u18+b3, blockdev-mirror
# of 64 KiB between two null-co nodes.
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
ends() { # prints the events of a mirror that is cancelled, with the given command, when it is ready
	{ printf '%s\n' '{"execute": "qmp_capabilities"}' \
		'{"execute": "blockdev-add", "arguments": {"driver": "null-co", "node-name": "a", "size": 65536, "read-zeroes": true}}' \
		'{"execute": "blockdev-add", "arguments": {"driver": "null-co", "node-name": "b", "size": 65536}}' \
		'{"execute": "blockdev-mirror", "arguments": {"device": "a", "target": "b", "sync": "full", "job-id": "j"}}'
		sleep 1; echo "$1"; sleep 1; echo '{"execute": "quit"}'; } | daemon --chardev stdio,id=c --monitor c |
		grep -o 'BLOCK_JOB_[A-Z]*\|"status": "aborting"' | tr '\n' ' '
}
one=$(ends '{"execute": "block-job-cancel", "arguments": {"device": "j"}}')
other=$(ends '{"execute": "job-cancel", "arguments": {"id": "j"}}')
printf 'block-job-cancel: %s\njob-cancel: %s\n' "$one" "$other"
[ "$one" = 'BLOCK_JOB_READY BLOCK_JOB_COMPLETED ' ] && [ "$other" = 'BLOCK_JOB_READY "status": "aborting" BLOCK_JOB_CANCELLED ' ] ||
	{ echo "they end in another way now"; exit 1; }
