#!/usr/bin/env bash
# netdev_add of QEMU 7.2 succeeds when there is nobody to connect to, and nothing reports that
# later.
#
# chardev-add for the same address refuses it, with the system's error, and one expects that of its
# sibling: a backend that could not be connected is not made. netdev_add of the type stream begins
# to connect and returns. When that fails, there is no event (NETDEV_STREAM_DISCONNECTED is for what
# was connected), no other try, and no command to ask with: QMP has no query for network backends.
# The card on it is one that loses all packets. To wait for NETDEV_STREAM_CONNECTED is the way. 10.0
# and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3 with a unix socket that does not
# exist: the result is {}, and no event within two seconds.
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
out=$({ printf '%s\n' '{"execute": "qmp_capabilities"}' \
	'{"execute": "chardev-add", "arguments": {"id": "c", "backend": {"type": "socket", "data": {"server": false, "addr": {"type": "unix", "data": {"path": "'"$dir"'/nobody"}}}}}, "id": "chardev"}' \
	'{"execute": "netdev_add", "arguments": {"type": "stream", "id": "n", "server": false, "addr": {"type": "unix", "path": "'"$dir"'/nobody"}}, "id": "netdev"}'
	sleep 2; echo '{"execute": "netdev_del", "arguments": {"id": "n"}, "id": "del"} {"execute": "quit"}'; } |
	qemu -M none -qmp stdio)
grep '"id"\|NETDEV' <<<"$out" | sed "s|$dir||"
grep '"id": "chardev"' <<<"$out" | grep -q 'Failed to connect' || { echo "chardev-add is not refused"; exit 1; }
for id in netdev del; do
	grep "\"id\": \"$id\"" <<<"$out" | grep -q '"return"' || { echo "$id is refused now"; exit 1; }
done
! grep -q '"event": "NETDEV' <<<"$out" || { echo "there is an event now"; exit 1; }
