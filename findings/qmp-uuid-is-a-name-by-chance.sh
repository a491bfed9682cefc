#!/usr/bin/env bash
# Whether QEMU 7.2 takes a UUID as the ID of a device depends on its first digit, and as the name of a
# block node it never fits.
#
# IDs are plain strings in the schema, without a limit, and UUIDs are what managers have at hand. But
# an ID has to begin with a letter, so that of ten UUIDs six are refused; this is told of neither in
# the schema nor in introspection. Names of block nodes have at most 31 characters besides, so
# that a prefix does not help there. chardev-add has no such rule, and takes all. Rules differ
# by release, too: device_add of 10.0 takes any text, that of 11.1 has the rule of 7.2 again.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3 with two UUIDs that differ in the
# first digit.
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
uuid=1b4e28ba-2fa1-41d2-883f-0016d3cca427
other=d${uuid#1}
ask() { # asks for three things of the given name
	printf '%s\n' '{"execute": "device_add", "arguments": {"driver": "virtio-rng-pci", "id": "'"$1"'"}, "id": "device '"$1"'"}' \
		'{"execute": "chardev-add", "arguments": {"id": "'"$1"'", "backend": {"type": "null", "data": {}}}, "id": "chardev '"$1"'"}' \
		'{"execute": "blockdev-add", "arguments": {"driver": "null-co", "node-name": "'"$1"'"}, "id": "node '"$1"'"}'
}
out=$({ echo '{"execute": "qmp_capabilities"}'; ask $uuid; ask $other; ask "${other:0:31}"; echo '{"execute": "quit"}'; } |
	qemu -M pc,accel=tcg -S -qmp stdio | grep '"id"')
echo "$out"
expect() { # wants an answer of the given kind, with the given text, for the given name
	grep "\"id\": \"$1\"" <<<"$out" | grep -q "\"$2\".*${3-}" || { echo "$1 is answered in another way now"; exit 1; }
}
expect "device $uuid" error 'expects an identifier'
expect "device $other" return
expect "chardev $uuid" return
expect "node $uuid" error 'Invalid node-name'
expect "node $other" error 'Node name too long'
expect "node ${other:0:31}" return
