#!/usr/bin/env bash
# What query-cpu-model-expansion of QEMU 7.2 returns is refused by query-cpu-model-expansion.
#
# Argument and result are of one type, CpuModelInfo, so that a result can be changed and sent again,
# to see what a change of one feature does; the type "static" works so. With the type "full", each
# x86 model comes with values that only mean "not set", such as "lbr-fmt": 18446744073709551552, and
# those are no values for input: "Property value for 'lbr-fmt' has bits outside mask '0x3f'". Among
# some 430 properties are also the machine's own memory and CPU numbers of -1. One has to send only
# what one wants to change. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3, the model qemu64.
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
expand() { # prints the reply to the expansion of a model, by type
	echo '{"execute": "qmp_capabilities"} {"execute": "query-cpu-model-expansion", "arguments": {"type": "'"$1"'", "model": '"$2"'}, "id": "model"} {"execute": "quit"}' |
		qemu -M pc,accel=tcg -S -qmp stdio | grep '"id": "model"'
}
model() { python3 -c 'import json, sys; print(json.dumps(json.load(sys.stdin)["return"]["model"]))'; }
static=$(expand static '{"name": "qemu64"}' | model)
full=$(expand full '{"name": "qemu64"}' | model)
grep -o '"lbr-fmt": [0-9]*' <<<"$full"
again=$(expand full "$full")
echo "$again"
expand static "$static" | grep -q '"return"' || { echo "static models are refused, too"; exit 1; }
grep -q "'lbr-fmt' has bits outside mask" <<<"$again" || { echo "the full model is taken, or refused for another reason"; exit 1; }
