#!/usr/bin/env bash
# One device_del of QEMU 7.2 is two events DEVICE_DELETED, and the first does not name the device.
#
# Who waits for the event of that name after device_del gets the one for a part of the device that QEMU
# made itself: virtio devices have a child "virtio-backend", whose end is reported first, with a
# path and without "device". The member is optional in the schema for devices without an ID, and this
# one has an ID. Taking it as the end is too early; waiting for an event a command, the second is
# taken for that of the next device. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3, virtio-rng-pci, which is removed by
# a reset, since there is no guest to release it.
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
out=$({ printf '%s\n' '{"execute": "qmp_capabilities"}' '{"execute": "device_del", "arguments": {"id": "rng"}}' \
	'{"execute": "system_reset"}'; sleep 2; echo '{"execute": "quit"}'; } |
	qemu -M pc,accel=tcg -S -device virtio-rng-pci,id=rng -qmp stdio | grep DEVICE_DELETED)
echo "$out"
[ "$(wc -l <<<"$out")" = 2 ] || { echo "there is another number of events now"; exit 1; }
head -n 1 <<<"$out" | grep -q 'virtio-backend' && ! head -n 1 <<<"$out" | grep -q '"device"' || { echo "the first is another now"; exit 1; }
tail -n 1 <<<"$out" | grep -q '"device": "rng"' || { echo "the second does not name the device"; exit 1; }
