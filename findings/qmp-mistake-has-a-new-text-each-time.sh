#!/usr/bin/env bash
# QEMU 11.1 answers the same wrong message with another text each time.
#
# Up to 10.0 what is no JSON has one text for each kind of mistake. 11.1 puts a position before it, and the
# position is not one in the message: lines and columns are counted from the start of the connection.
# So the text of a mistake changes with all that was sent before, which only one who has kept the
# whole conversation can look up, and what compares or counts errors by their text takes each for a
# new one. A client that sends no line ends has all its mistakes in line 1.
#
# Seen: QEMU of Debian's qemu-system-x86 1:11.1.3+ds-1~bpo13+1 (trixie-backports), one message three
# times, the third time in the line of the second: 2:13, 3:13, 3:26.
set -eu
version='1:11.1.3+ds-1~bpo13+1'
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/root"
: >"$dir/status"
mirror=$(sed -n 's/^URIs: //p' /etc/apt/sources.list.d/debian.sources | head -n 1)
for suite in trixie trixie-backports; do
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
done >"$dir/sources"
apt="-o Dir::Etc::SourceList=$dir/sources -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists=$dir/lists -o Dir::State::status=$dir/status -o Dir::Cache=$dir/cache -o APT::Sandbox::User=root -o APT::Install-Recommends=false"
apt-get $apt update -qq
apt-get $apt install -y -qq --download-only -t trixie-backports "qemu-system-x86=$version" >/dev/null
for deb in "$dir"/cache/archives/*.deb; do dpkg -x "$deb" "$dir/root"; done
lib=$dir/root/usr/lib/x86_64-linux-gnu
ld=$(find "$dir/root" -name 'ld-linux-x86-64.so.2' | head -n 1)
qemu() { timeout 60 "$ld" --library-path "$lib:$lib/pulseaudio:$lib/libproxy:$lib/systemd" "$dir/root/usr/bin/qemu-system-x86_64" -nodefaults -display none "$@"; }

qemu --version | head -n 1
wrong='{"execute": }'
out=$(printf '%s\n' '{"execute": "qmp_capabilities"}' "$wrong" "$wrong$wrong" '{"execute": "quit"}' | qemu -M none -qmp stdio | grep 'JSON')
echo "$out"
places=$(sed 's/.*"desc": "\([0-9:]*\): JSON parse error.*/\1/' <<<"$out" | tr '\n' ' ')
[ "$places" = '2:13 3:13 3:26 ' ] || { echo "the places are others now: $places"; exit 1; }
