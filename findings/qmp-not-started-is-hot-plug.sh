#!/usr/bin/env bash
# QEMU 7.2 that was started with -S, and whose guest has never run, refuses devices as hot-plug.
#
# With -S the guest waits in the state "prelaunch", and a manager that builds its machine by commands
# adds devices then, as it would on the command line. But the machine is complete for QEMU by that
# time: device_add is hot-plug from its first line, and what a real machine cannot add while it runs,
# on the root bus of a q35 machine or on the ISA bus, is refused with "does not support hotplugging";
# nor can what the command line put there be taken away again. The same -device is accepted on the
# command line. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3, machine q35.
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
out=$(printf '%s\n' '{"execute": "qmp_capabilities"}' '{"execute": "query-status", "id": "status"}' \
	'{"execute": "device_add", "arguments": {"driver": "virtio-rng-pci", "id": "b"}, "id": "PCI"}' \
	'{"execute": "device_add", "arguments": {"driver": "isa-serial", "id": "c"}, "id": "ISA"}' \
	'{"execute": "device_del", "arguments": {"id": "a"}, "id": "del"}' '{"execute": "quit"}' |
	qemu -M q35,accel=tcg -S -device virtio-rng-pci,id=a -qmp stdio | grep '"id"')
echo "$out"
grep -q '"status": "prelaunch".*"id": "status"' <<<"$out" || { echo "the guest has another state"; exit 1; }
[ "$(grep -c 'does not support hotplugging' <<<"$out")" = 3 ] || { echo "a machine that has not been started can be changed now"; exit 1; }
