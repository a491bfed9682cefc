#!/usr/bin/env bash
# Of four different events of one kind within a second, QEMU 7.2 sends the first and the last.
#
# Events are expected to be complete, at least on a connection that reads them. QEMU holds some kinds
# back: of QUORUM_REPORT_BAD for one node, each of which names other bad sectors, it sends one at
# once, keeps the latest of the following second, and drops those between, without a count. The
# last comes when the second is over, with the time at which it happened. RTC_CHANGE, WATCHDOG,
# BALLOON_CHANGE and others are treated likewise. Events tell that something happened, not what all
# happened. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3: four reads of a quorum with one
# child that differs, at sectors 0, 8, 16 and 24: events for 0 and 24, which are less than a second
# apart by their timestamps.
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
head -c 65536 /dev/zero | tr '\0' x >"$dir/differs"
node='{"driver": "null-co", "size": 65536, "read-zeroes": true}'
out=$({ printf '%s\n' '{"execute": "qmp_capabilities"}' \
	'{"execute": "blockdev-add", "arguments": {"driver": "file", "node-name": "differs", "filename": "'"$dir"'/differs"}}' \
	'{"execute": "blockdev-add", "arguments": {"driver": "quorum", "node-name": "q", "vote-threshold": 2,
	"children": ['"$node, $node"', "differs"]}}'
	for k in 0 4 8 12; do # four reads that follow one another at once
		echo '{"execute": "human-monitor-command", "arguments": {"command-line": "qemu-io q \"read '$k'k 4k\""}}'
	done
	sleep 3; echo '{"execute": "quit"}'; } | qemu -M none -qmp stdio | grep '^read\|QUORUM')
echo "$out"
[ "$(grep -c '^read 4096/4096' <<<"$out")" = 4 ] || { echo "not all reads succeeded"; exit 1; }
sectors=$(sed -n 's/.*"sector-num": \([0-9]*\).*/\1/p' <<<"$out" | tr '\n' ' ')
[ "$sectors" = '0 24 ' ] || { echo "other events are sent now: $sectors"; exit 1; }
