#!/usr/bin/env bash
# QEMU 11.1 for x86 lists commands of other targets in query-qmp-schema.
#
# What query-qmp-schema lists, it is said, this QEMU has: that is how a manager learns of a feature. Up
# to 10.0 a program for x86 had no dump-skeys (keys of s390 storage) and no query-gic-capabilities (of
# Arm's interrupt controller). Programs of 11.1 are built of one set of commands: both are listed for
# x86, and fail with GenericError when they are run. Whether a command is there no longer says what
# the target is or can do; query-target does.
#
# Seen: QEMU of Debian's qemu-system-x86 1:11.1.3+ds-1~bpo13+1 (trixie-backports) lists both.
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
out=$(printf '%s\n' '{"execute": "qmp_capabilities"}' '{"execute": "query-target", "id": "target"}' \
	'{"execute": "query-qmp-schema", "id": "schema"}' '{"execute": "query-gic-capabilities", "id": "gic"}' '{"execute": "quit"}' |
	qemu -M none -qmp stdio)
grep '"id": "\(target\|gic\)"' <<<"$out"
for command in dump-skeys query-gic-capabilities; do
	grep '"id": "schema"' <<<"$out" | grep -q "\"name\": \"$command\"" || { echo "$command is not listed any more"; exit 1; }
done
grep -q '"arch": "x86_64".*"id": "target"' <<<"$out" || { echo "this is another target"; exit 1; }
grep '"id": "gic"' <<<"$out" | grep -q GenericError || { echo "query-gic-capabilities works"; exit 1; }
