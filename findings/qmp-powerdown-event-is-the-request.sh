#!/usr/bin/env bash
# The event POWERDOWN of QEMU 7.2 says that system_powerdown was called, not that the guest went
# down.
#
# It is described as sent "when the virtual machine is powered down", and so looks like the event to
# wait for before a machine is ended. It comes at once, even before the reply to system_powerdown,
# also if the guest has no code to react, is stopped, or has never been started. A program that ends
# QEMU then pulls the plug on a guest that was about to write to its disks. The event to wait for is
# SHUTDOWN with "guest": true, which may never come. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3, started with -S.
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
out=$({ printf '%s\n' '{"execute": "qmp_capabilities"}' '{"execute": "system_powerdown", "id": "down"}'
	sleep 1; echo '{"execute": "query-status", "id": "status"} {"execute": "quit"}'; } |
	qemu -M pc,accel=tcg -S -qmp stdio | grep 'POWERDOWN\|"id"')
echo "$out"
grep -q POWERDOWN <<<"$out" || { echo "a guest that never ran is not reported as powered down"; exit 1; }
grep '"id": "status"' <<<"$out" | grep -q '"status": "prelaunch"' || { echo "the guest has another state"; exit 1; }
