#!/usr/bin/env bash
# QEMU 7.2 refuses null for an optional member, and takes it for an order where it does not.
#
# In most JSON interfaces null is the same as a member that is not there, and it is what a library
# writes for a value that is not set: a nil map or pointer in Go without omitempty, None in Python.
# QMP refuses it everywhere, "arguments": null included, with an error that names a type and not
# null. In the few places where the schema has null as a type, it is not the default either: a qcow2
# image is opened with the backing file that its header names, and with "backing": null without, so
# that what is only in the backing file reads as zeros. What is not set has to be left out. 10.0 and
# 11.1 do the same.
#
# Seen: qemu-storage-daemon of Debian's qemu-system-common 1:7.2+dfsg-7+deb12u18+b3.
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
program qemu-img create -q -f qcow2 "$dir/base" 1M
program qemu-img create -q -f qcow2 -b "$dir/base" -F qcow2 "$dir/overlay"
node() { echo '{"execute": "blockdev-add", "arguments": {"driver": "qcow2", "node-name": "'"$1"'", "read-only": true'"$2"', "file": {"driver": "file", "filename": "'"$dir/overlay"'"}}}'; }
out=$({ echo '{"execute": "qmp_capabilities"}'
	echo '{"execute": "query-version", "arguments": null, "id": "arguments"}'
	echo '{"execute": "object-add", "arguments": {"qom-type": "iothread", "id": "io", "poll-max-ns": null}, "id": "number"}'
	node absent ''
	node null ', "backing": null'
	echo '{"execute": "query-named-block-nodes", "arguments": {"flat": true}, "id": "nodes"}'
	echo '{"execute": "quit"}'; } |
	program qemu-storage-daemon --chardev stdio,id=c --monitor chardev=c)
grep -E '"id": "(arguments|number)"' <<<"$out"
grep -q "'arguments' must be an object.*\"id\": \"arguments\"\|\"id\": \"arguments\".*'arguments' must be an object" <<<"$out" ||
	{ echo '"arguments": null is accepted now'; exit 1; }
grep -q "Invalid parameter type for 'poll-max-ns', expected: integer" <<<"$out" ||
	{ echo 'null is accepted for an optional member now'; exit 1; }
grep '"id": "nodes"' <<<"$out" | python3 -c '
import json, sys
backed = {node["node-name"]: "backing_file" in node for node in json.load(sys.stdin)["return"]}
print("a backing file, with the member absent:", backed["absent"], "and null:", backed["null"])
sys.exit(not (backed["absent"] and not backed["null"]))'
