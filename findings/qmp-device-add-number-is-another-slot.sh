#!/usr/bin/env bash
# The device_add that puts a device into PCI slot 24 of QEMU 7.2 puts it into slot 2 of 10.0.
#
# "addr" is listed by device-list-properties as int32, and a number is accepted. QEMU 7.2 makes text of all
# arguments of device_add first, and the text of "addr" is a hexadecimal slot: 18 is slot 0x18. 10.0
# keeps the number, which is slot and function in one then (18 = 2 × 8 + 2). Nothing is refused, and
# the guest has its device elsewhere after an upgrade. For the same reason 10.0 refuses "on" for
# booleans and "100" for integers, which 7.2 takes. The text "02.2" is the same in both. 11.1 is as 10.0.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3 and 1:10.0.13+ds-0+deb13u1, property
# "addr" of the device afterwards: 192 (slot 24, function 0), and 18.
set -eu
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
mirror=$(sed -n 's/^URIs: //p' /etc/apt/sources.list.d/debian.sources | head -n 1)
unpack() { # unpacks QEMU of a Debian release, in the given version, into $top/RELEASE
	local dir=$top/$1
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/root"
	: >"$dir/status"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $1 main" >"$dir/sources"
	local apt="-o Dir::Etc::SourceList=$dir/sources -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists=$dir/lists -o Dir::State::status=$dir/status -o Dir::Cache=$dir/cache -o APT::Sandbox::User=root -o APT::Install-Recommends=false"
	apt-get $apt update -qq
	apt-get $apt install -y -qq --download-only "qemu-system-x86=$2" >/dev/null
	for deb in "$dir"/cache/archives/*.deb; do dpkg -x "$deb" "$dir/root"; done
}
qemu() { # runs QEMU of a Debian release
	local root=$top/$1/root
	local lib=$root/usr/lib/x86_64-linux-gnu ld
	ld=$(find "$root" -name 'ld-linux-x86-64.so.2' | head -n 1)
	QEMU_MODULE_DIR=$lib/qemu timeout 60 "$ld" --library-path "$lib:$root/lib/x86_64-linux-gnu:$lib/pulseaudio:$lib/libproxy:$lib/systemd" \
		"$root/usr/bin/qemu-system-x86_64" -L "$root/usr/share/qemu" -L "$root/usr/share/seabios" -nodefaults -display none "${@:2}"
}
place() { # prints where a device is after device_add with "addr": 18
	printf '%s\n' '{"execute": "qmp_capabilities"}' \
		'{"execute": "device_add", "arguments": {"driver": "virtio-rng-pci", "id": "rng", "addr": 18}}' \
		'{"execute": "qom-get", "arguments": {"path": "/machine/peripheral/rng", "property": "addr"}, "id": "addr"}' '{"execute": "quit"}' |
		qemu "$1" -M pc,accel=tcg -S -qmp stdio | sed -n 's/.*"return": \([0-9]*\), "id": "addr".*/\1/p'
}

unpack bookworm '1:7.2+dfsg-7+deb12u18+b3'
unpack trixie '1:10.0.13+ds-0+deb13u1'
for release in bookworm trixie; do qemu "$release" --version | head -n 1; done
old=$(place bookworm) new=$(place trixie)
printf 'slot %d function %d\n' $((old / 8)) $((old % 8)) $((new / 8)) $((new % 8))
[ "$old" = 192 ] && [ "$new" = 18 ] || { echo "the number means another place now"; exit 1; }
