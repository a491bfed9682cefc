#!/usr/bin/env bash
# A job of QEMU 7.2 can be over before the reply to the command that began it.
#
# One expects the reply first, since it says that the job was begun. But the reply is sent from the
# monitor's coroutine when the main loop comes back to it, and events are sent at once: all events of
# a job that has little to do, "concluded" and BLOCK_JOB_COMPLETED among them, stand before the reply.
# A backup also "pauses" by itself once. Who subscribes after the reply waits for ever, and who takes
# "paused" for somebody's doing is wrong.
#
# Seen: qemu-storage-daemon of Debian's qemu-system-common 1:7.2+dfsg-7+deb12u18+b3, blockdev-backup of
# 64 KiB between two null-co nodes: created, running, paused, running, waiting, pending,
# BLOCK_JOB_COMPLETED, concluded, null, and then the reply with the id.
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
out=$({ printf '%s\n' '{"execute": "qmp_capabilities"}' \
	'{"execute": "blockdev-add", "arguments": {"driver": "null-co", "node-name": "a", "size": 65536}}' \
	'{"execute": "blockdev-add", "arguments": {"driver": "null-co", "node-name": "b", "size": 65536}}' \
	'{"execute": "blockdev-backup", "arguments": {"device": "a", "target": "b", "sync": "full", "job-id": "j"}, "id": "begin"}'
	sleep 1; echo '{"execute": "quit"}'; } | daemon --chardev stdio,id=c --monitor c)
echo "$out"
order=$(grep -o '"status": "[a-z]*"\|BLOCK_JOB_COMPLETED\|"id": "begin"' <<<"$out" | tr -d '"' | sed 's/status: //; s/id: //' | tr '\n' ' ')
echo "$order"
case $order in
*paused*"concluded"*"begin "*) ;;
*) echo "the job no longer ends before the reply, or no longer pauses by itself"; exit 1 ;;
esac
