#!/usr/bin/env bash
# qom-get of QEMU 7.2 says DeviceNotFound for a device that is there, by the ID that it was given.
#
# A path without a leading "/" is looked up anywhere in the tree, and so the ID of a device is one for
# qom-get, qom-set and qom-list, until something else has that name as well. A root port has a bus
# that is named like it, so that the ID is ambiguous as a path. qom-list says so, and qom-get has the
# class DeviceNotFound, which reads as "unplugged". /machine/peripheral/ID is the path that always
# means the device. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3 with a pcie-root-port.
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
ask() { echo '{"execute": "'$1'", "arguments": {"path": "'$2'"'${3-}'}, "id": "'$1 $2'"}'; }
property=',"property":"chassis"'
out=$({ echo '{"execute": "qmp_capabilities"}'; ask qom-get rp $property; ask qom-get /machine/peripheral/rp $property
	ask qom-list rp; echo '{"execute": "quit"}'; } |
	qemu -M q35,accel=tcg -S -device pcie-root-port,id=rp,chassis=5 -qmp stdio | grep '"id"')
echo "$out"
grep '"id": "qom-get rp"' <<<"$out" | grep -q DeviceNotFound || { echo "the ID is found, or refused in another way"; exit 1; }
grep '"id": "qom-list rp"' <<<"$out" | grep -q 'is ambiguous' || { echo "the ID is not ambiguous now"; exit 1; }
grep -q '"return": 5, "id": "qom-get /machine/peripheral/rp"' <<<"$out" || { echo "the path leads elsewhere"; exit 1; }
