#!/usr/bin/env bash
# human-monitor-command of QEMU 7.2 succeeds when the command does not exist, or fails.
#
# A command that fails has an error in its reply: that is what "return" and "error" are for, and the
# notes on this command name other limits. All that the command line prints comes as the value of "return":
# a typing mistake, an unknown device and "OK" look alike to a program, and only the text, which
# each release may change, tells. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3: three texts under "return".
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
	for line in 'no-such-command' 'device_del no-such-device' 'savevm no-disk'; do
		echo '{"execute": "human-monitor-command", "arguments": {"command-line": "'"$line"'"}, "id": "'"$line"'"}'
	done
	echo '{"execute": "quit"}'; } | qemu -M none -qmp stdio | grep '"id"')
echo "$out"
[ "$(grep -c '"return": "[^"]' <<<"$out")" = 3 ] || { echo "not all succeed with a text now"; exit 1; }
! grep -q '"error":' <<<"$out" || { echo "failures are errors now"; exit 1; }
