#!/usr/bin/env bash
# A statistic that a guest did not send is 18446744073709551615 in QEMU 7.2, where its document says
# -1.
#
# docs/interop/virtio-balloon-stats says of the property guest-stats of a balloon that the value is
# -1 then. qom-get has no type in the schema, so that this is all there is to go by, and programs
# test for less than zero, or read a signed 64-bit integer. JSON has 2^64 - 1: the test never fires,
# a Go or Java program that reads int64 gets an error for the whole reply, and one that reads a
# double gets 1.8e19 bytes of free memory. All values are that until the guest's driver has
# answered. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3, virtio-balloon-pci, no guest.
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
out=$(echo '{"execute": "qmp_capabilities"} {"execute": "qom-get", "arguments": {"path": "/machine/peripheral/balloon", "property": "guest-stats"}, "id": "stats"} {"execute": "quit"}' |
	qemu -M pc,accel=tcg -S -device virtio-balloon-pci,id=balloon -qmp stdio | grep '"id": "stats"')
echo "$out"
grep -q '"stat-free-memory": 18446744073709551615' <<<"$out" || { echo "another value stands for no statistic"; exit 1; }
grep -q '"last-update": 0' <<<"$out" || { echo "there was an update"; exit 1; }
