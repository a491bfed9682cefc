#!/usr/bin/env bash
# human-monitor-command of QEMU 7.2 with qemu-io returns nothing, and prints on QEMU's standard output.
#
# The command returns what the command line prints, and with a node that does not exist it does. What
# qemu-io itself prints, such as the number of bytes read, goes to QEMU's standard output. With the
# monitor there ("-qmp stdio", the usual way to have QEMU as a child), the text comes between the
# messages, and is no JSON. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3: the result is "", and a line "read
# 4096/4096 bytes" stands among the messages.
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
out=$({ echo '{"execute": "qmp_capabilities"}'
	for node in d none; do
		echo '{"execute": "human-monitor-command", "arguments": {"command-line": "qemu-io '$node' \"read 0 4k\""}, "id": "'$node'"}'
	done
	echo '{"execute": "quit"}'; } | qemu -M none -qmp stdio -blockdev driver=null-co,node-name=d,size=65536)
echo "$out"
grep -q '"return": "", "id": "d"' <<<"$out" || { echo "the text is returned now"; exit 1; }
grep -q '"return": "Error.*"id": "none"' <<<"$out" || { echo "an error is no longer returned"; exit 1; }
grep -q '^read 4096/4096 bytes' <<<"$out" || { echo "the text is not among the messages"; exit 1; }
