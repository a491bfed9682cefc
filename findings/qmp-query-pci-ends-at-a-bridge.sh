#!/usr/bin/env bash
# query-pci of QEMU 7.2 does not list what is behind a bridge until the guest's firmware has
# numbered it.
#
# One expects the devices that the machine has. The command goes the way that a guest goes, by bus
# numbers in the bridges' registers, which are 0 until firmware writes them. Before the guest has
# run, after each reset for a moment, and for ever behind a bridge that the guest did not number, a
# device that device_add has just made is missing, with no mark of that at the bridge. On a q35
# machine, PCI devices can be hot-plugged only behind a bridge. Addresses of what is listed are -1
# until then. The device is in qom-list of /machine/peripheral from the beginning. 10.0 and 11.1 do
# the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3 with a pcie-root-port, first with
# -S, and then some seconds after cont.
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
find_rng() { qemu -M q35,accel=tcg -S -device pcie-root-port,id=rp -qmp stdio | grep '"id": "\(pci\|qom\)"'; }
plug='{"execute": "qmp_capabilities"} {"execute": "device_add", "arguments": {"driver": "virtio-rng-pci", "bus": "rp", "id": "rng"}}'
pci='{"execute": "query-pci", "id": "pci"}'
before=$(echo "$plug $pci"'{"execute": "qom-list", "arguments": {"path": "/machine/peripheral"}, "id": "qom"} {"execute": "quit"}' | find_rng)
grep '"id": "qom"' <<<"$before"
grep '"id": "qom"' <<<"$before" | grep -q '"name": "rng"' || { echo "the device is not there"; exit 1; }
grep '"id": "pci"' <<<"$before" | grep -q '"qdev_id": "rp"' || { echo "the bridge is not listed"; exit 1; }
! grep '"id": "pci"' <<<"$before" | grep -q '"qdev_id": "rng"' || { echo "query-pci lists it before the guest has run"; exit 1; }
# the firmware needs a second or less
after=$({ echo "$plug"; echo '{"execute": "cont"}'; for _ in $(seq 20); do sleep 1; echo "$pci"; done; echo '{"execute": "quit"}'; } | find_rng)
grep -q '"qdev_id": "rng"' <<<"$after" || { echo "query-pci does not list it later, either"; exit 1; }
echo "query-pci lists it when the firmware has run"
