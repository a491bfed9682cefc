#!/usr/bin/env bash
# QEMU 7.2 does not know a virtio disk by the ID that device_add gave it, in commands for disks.
#
# block_set_io_throttle, eject and others take "the name or QOM path of the guest device". For
# scsi-hd and ide-hd that is the ID. virtio-blk-pci is two devices, and the one with the ID has no
# disk: the ID is refused with "Device does not have a block device backend". query-block and
# query-blockstats have the inner device's path, /machine/peripheral/ID/virtio-backend, which
# commands do take. A program that looks for the ID in query-block finds its SCSI disks and not its
# virtio disks. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3, block_set_io_throttle.
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
limit() { printf '{"execute": "block_set_io_throttle", "arguments": {"id": "%s", "bps": 0, "bps_rd": 0, "bps_wr": 0, "iops": 100, "iops_rd": 0, "iops_wr": 0}, "id": "%s"}\n' "$1" "$2"; }
out=$({ echo '{"execute": "qmp_capabilities"}'
	limit scsi scsi
	limit virtio virtio
	limit /machine/peripheral/virtio/virtio-backend inner
	echo '{"execute": "query-block", "id": "block"} {"execute": "quit"}'; } |
	qemu -M pc,accel=tcg -S -blockdev null-co,node-name=a -blockdev null-co,node-name=b -device virtio-scsi-pci \
		-device scsi-hd,drive=a,id=scsi -device virtio-blk-pci,drive=b,id=virtio -qmp stdio | grep '"id"')
grep -v '"id": "block"' <<<"$out"
grep '"id": "block"' <<<"$out" | grep -o '"qdev": "[^"]*"'
for id in scsi inner; do
	grep "\"id\": \"$id\"" <<<"$out" | grep -q '"return"' || { echo "$id is refused"; exit 1; }
done
grep '"id": "virtio"' <<<"$out" | grep -q 'does not have a block device backend' || { echo "the ID of a virtio disk is taken now"; exit 1; }
grep -q '"qdev": "scsi"' <<<"$out" && grep -q '"qdev": "/machine/peripheral/virtio/virtio-backend"' <<<"$out" ||
	{ echo "query-block names the disks in another way"; exit 1; }
