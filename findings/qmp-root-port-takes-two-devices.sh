#!/usr/bin/env bash
# QEMU 7.2 hot-plugs a second device into a PCI Express root port, where no guest can see it.
#
# A root port leads to one slot. device_add without "addr" takes the next free one, 1, on the bus behind
# the port, and succeeds; guests look at slot 0 of such a bus only. So the manager has a device with
# an ID, and the guest has none. 10.0 and 11.1 refuse it.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3: both commands succeed, "addr" of the
# second device is 8, which is slot 1, function 0.
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
out=$(printf '%s\n' '{"execute": "qmp_capabilities"}' \
	'{"execute": "device_add", "arguments": {"driver": "virtio-rng-pci", "bus": "rp", "id": "a"}, "id": "first"}' \
	'{"execute": "device_add", "arguments": {"driver": "virtio-rng-pci", "bus": "rp", "id": "b"}, "id": "second"}' \
	'{"execute": "qom-get", "arguments": {"path": "b", "property": "addr"}, "id": "addr"}' '{"execute": "quit"}' |
	qemu -M q35,accel=tcg -S -device pcie-root-port,id=rp -qmp stdio | grep '"id"')
echo "$out"
grep '"second"' <<<"$out" | grep -q '"return"' || { echo "the second device is refused now"; exit 1; }
grep '"id": "addr"' <<<"$out" | grep -q '"return": 8,' || { echo "it has another address"; exit 1; }
