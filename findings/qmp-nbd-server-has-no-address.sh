#!/usr/bin/env bash
# Nobody can learn the port that QEMU 7.2's NBD server got with port "0".
#
# Port 0 lets the system choose a free port, and QEMU takes it for other servers and reports what
# they got: query-chardev for a chardev, query-migrate for an incoming migration. nbd-server-start
# takes it, too, listens and returns {}. But query-block-exports has no address, no event comes, and
# there is no query for the server, so that only a search through the process's sockets finds the
# export. A program has to use a unix socket or choose the port itself. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3: the chardev's reply has a port,
# and that of query-block-exports none.
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
out=$(printf '%s\n' '{"execute": "qmp_capabilities"}' '{"execute": "blockdev-add", "arguments": {"driver": "null-co", "node-name": "n"}}' \
	'{"execute": "chardev-add", "arguments": {"id": "c", "backend": {"type": "socket", "data": {"wait": false, "addr": {"type": "inet", "data": {"host": "127.0.0.1", "port": "0"}}}}}}' \
	'{"execute": "query-chardev", "id": "chardev"}' \
	'{"execute": "nbd-server-start", "arguments": {"addr": {"type": "inet", "data": {"host": "127.0.0.1", "port": "0"}}}, "id": "start"}' \
	'{"execute": "block-export-add", "arguments": {"type": "nbd", "id": "e", "node-name": "n"}, "id": "add"}' \
	'{"execute": "query-block-exports", "id": "exports"}' '{"execute": "quit"}' |
	qemu -M none -qmp stdio | grep '"id"')
echo "$out"
grep '"id": "chardev"' <<<"$out" | grep -q 'tcp:127.0.0.1:[1-9]' || { echo "the chardev has no port"; exit 1; }
for id in start add; do
	grep "\"id\": \"$id\"" <<<"$out" | grep -q '"return": {}' || { echo "$id is refused, or tells more"; exit 1; }
done
grep '"id": "exports"' <<<"$out" | grep -q '"node-name": "n", "shutting-down": false, "type": "nbd", "id": "e"' || { echo "query-block-exports has other members"; exit 1; }
