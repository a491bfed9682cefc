#!/usr/bin/env bash
# block_resize of QEMU 7.2 makes a disk in use smaller without asking, and its end is lost.
#
# The command is there to let a disk grow while its guest runs. qemu-img refuses to make the same
# image smaller unless it is called with --shrink, since data is lost, and one expects no less of
# QEMU with a guest on the disk. It has no such option: a size that is too small, as by a wrong unit
# or from a database that missed the last resize, cuts the file at once, and to set the old size
# again brings back zeros. A manager has to compare with "virtual-size" of query-block
# first. 10.0 and 11.1 do the same, also with qcow2.
#
# Seen: QEMU and qemu-img of Debian's qemu-system-x86 and qemu-utils 1:7.2+dfsg-7+deb12u18+b3, a raw
# image of 4 MiB as a disk.
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
tr '\0' x </dev/zero | head -c 4M >"$dir/image"
if program qemu-img resize -f raw "$dir/image" 1M; then echo "qemu-img does it without --shrink"; exit 1; fi
size() { echo '{"execute": "block_resize", "arguments": {"node-name": "disk", "size": '"$1"'}, "id": "'"$1"'"}'; }
out=$({ echo '{"execute": "qmp_capabilities"}'
	size 1048576
	size 4194304
	echo '{"execute": "quit"}'; } |
	qemu -M pc,accel=tcg -S -blockdev "driver=raw,node-name=disk,file.driver=file,file.filename=$dir/image" -device ide-hd,drive=disk -qmp stdio)
grep '"id"' <<<"$out"
[ "$(grep -c '{"return": {}, "id"' <<<"$out")" = 2 ] || { echo "a disk is not made smaller any more"; exit 1; }
left=$(tr -d '\0' <"$dir/image" | wc -c)
echo "of 4194304 bytes written, $left are left in a file of $(wc -c <"$dir/image")"
[ "$left" = 1048576 ]
