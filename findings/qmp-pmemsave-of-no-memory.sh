#!/usr/bin/env bash
# pmemsave of QEMU 7.2 saves memory that the machine does not have, as zeros, with success.
#
# memsave, its sibling for virtual addresses, refuses what is not there ("Invalid addr"), and a file of
# the right length without an error looks like a dump. A machine of 64 MiB asked for a page at 1 TiB
# gives a page of zeros, so that a wrong address, or memory that was unplugged, shows as empty memory.
# What is there has to be taken from query-memory-size-summary and query-memory-devices. 10.0 and
# 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3.
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
out=$(for command in pmemsave memsave; do
	echo '{"execute": "'$command'", "arguments": {"val": 1099511627776, "size": 4096, "filename": "'"$dir/$command"'"}, "id": "'$command'"}'
done | { echo '{"execute": "qmp_capabilities"}'; cat; echo '{"execute": "quit"}'; } |
	qemu -M pc,accel=tcg -m 64M -S -qmp stdio | grep '"id"')
echo "$out"
grep -q '"return": {}, "id": "pmemsave"' <<<"$out" || { echo "pmemsave fails now"; exit 1; }
grep -q '"id": "memsave", "error"' <<<"$out" || { echo "memsave succeeds now"; exit 1; }
cmp "$dir/pmemsave" <(head -c 4096 /dev/zero) || { echo "the file is another now"; exit 1; }
