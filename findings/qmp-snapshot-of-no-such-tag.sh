#!/usr/bin/env bash
# QEMU 7.2 deletes a snapshot that does not exist, with success, and loading it stops the guest.
#
# Both jobs look for the tag in the same images. snapshot-delete ends without an error if none has it.
# snapshot-load fails as expected ("does not exist"), but has stopped the guest before it looked,
# and leaves it stopped, in the state "restore-vm". The progress of both is 1 of 1, that of the
# failed one, too. 11.1 does the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3 with an empty qcow2 image.
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
program qemu-img create -q -f qcow2 "$dir/image" 16M
out=$({ printf '%s\n' '{"execute": "qmp_capabilities"}' '{"execute": "query-status"}' \
	'{"execute": "snapshot-delete", "arguments": {"job-id": "delete", "tag": "none", "devices": ["d"]}}'
	sleep 1
	echo '{"execute": "snapshot-load", "arguments": {"job-id": "load", "tag": "none", "devices": ["d"], "vmstate": "d"}}'
	sleep 1
	printf '%s\n' '{"execute": "query-jobs", "id": "jobs"}' '{"execute": "query-status", "id": "after"}' '{"execute": "quit"}'; } |
	qemu -M none -qmp stdio -blockdev "driver=qcow2,node-name=d,file.driver=file,file.filename=$dir/image")
grep return <<<"$out"
jobs=$(grep '"id": "jobs"' <<<"$out")
case $jobs in *'"type": "snapshot-load", "id": "load", "error":'*'"type": "snapshot-delete", "id": "delete"}'*) ;;
*) echo "the jobs end in another way now"; exit 1 ;;
esac
grep -q '"status": "restore-vm".*"running": false.*"id": "after"' <<<"$out" ||
	{ echo "the guest is no longer stopped"; exit 1; }
