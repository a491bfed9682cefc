#!/usr/bin/env bash
# netdev_del of QEMU 7.2 succeeds while a network card uses the backend, and the card is cut off for good.
#
# Other backends in use are refused (blockdev-del, chardev-remove), and one expects the
# same of this one, or that a new backend of that name takes over. It is removed, the card keeps its
# name in the property "netdev", and netdev_add of the same name makes a backend without a card.
# set_link with "up": true succeeds, too, and connects nothing. Only another card can use the new
# backend. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3: all commands succeed, and then a
# second card takes the backend that the first one still names, which is refused while it has it.
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
add() { printf '{"execute": "device_add", "arguments": {"driver": "e1000", "romfile": "", "netdev": "n", "id": "%s"}, "id": "%s"}\n' "$1" "$2"; }
out=$({ printf '%s\n' '{"execute": "qmp_capabilities"}'
	add two before
	printf '%s\n' '{"execute": "netdev_del", "arguments": {"id": "n"}, "id": "del"}' \
		'{"execute": "netdev_add", "arguments": {"type": "hubport", "hubid": 0, "id": "n"}, "id": "add"}' \
		'{"execute": "set_link", "arguments": {"name": "one", "up": true}, "id": "up"}' \
		'{"execute": "qom-get", "arguments": {"path": "one", "property": "netdev"}, "id": "name"}'
	add two after
	echo '{"execute": "quit"}'; } |
	qemu -M pc,accel=tcg -S -netdev hubport,hubid=0,id=n -device e1000,romfile=,netdev=n,id=one -qmp stdio | grep '"id"')
echo "$out"
grep '"id": "before"' <<<"$out" | grep -q '"error"' || { echo "two cards can have one backend now"; exit 1; }
for id in del add up after; do
	grep "\"id\": \"$id\"" <<<"$out" | grep -q '"return"' || { echo "$id is refused now"; exit 1; }
done
grep -q '"return": "n", "id": "name"' <<<"$out" || { echo "the card names no backend now"; exit 1; }
