#!/usr/bin/env bash
# After system_reset of a stopped guest, QEMU 7.2 says of it that it has never been started.
#
# The state "prelaunch" is described as "QEMU was started with -S and guest has not started". A guest
# that ran, was stopped ("paused") and then reset has that state, too, and nothing reports the
# change: query-status says so, the event RESET does not. Who takes "prelaunch" for a machine that
# is still to be set up, or waits for "paused" after a stop, is wrong. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3: running, paused, prelaunch.
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
out=$({ printf '%s\n' '{"execute": "qmp_capabilities"}' '{"execute": "query-status", "id": 1}' \
	'{"execute": "stop"}' '{"execute": "query-status", "id": 2}' '{"execute": "system_reset"}'
	sleep 1; printf '%s\n' '{"execute": "query-status", "id": 3}' '{"execute": "quit"}'; } |
	qemu -M pc,accel=tcg -qmp stdio | grep 'id\|event')
echo "$out"
states=$(sed -n 's/.*"status": "\([a-z]*\)".*/\1/p' <<<"$out" | tr '\n' ' ')
[ "$states" = 'running paused prelaunch ' ] || { echo "the states are others now: $states"; exit 1; }
