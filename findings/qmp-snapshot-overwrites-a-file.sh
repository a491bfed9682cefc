#!/usr/bin/env bash
# blockdev-snapshot-sync of QEMU 7.2 overwrites a file that is there, even in a transaction that
# fails.
#
# The member "mode" has the value "existing" for a file that exists, and so one expects the other, by
# which QEMU creates the file, to be refused for a file that exists. It is emptied and becomes an
# overlay. In a transaction, of which either all actions are done or none, the file is also
# overwritten if a later action fails, and it stays. A name that was used before, as that of an
# image of last week, costs that image. blockdev-create of the driver file does the same. The
# manager has to create the file itself, so that it fails if there is one. 10.0 and 11.1
# do the same.
#
# Seen: qemu-storage-daemon of Debian's qemu-system-common 1:7.2+dfsg-7+deb12u18+b3: files of text,
# with "Transaction aborted using Abort action" and with a job without an error.
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
program qemu-img create -q -f qcow2 "$dir/image" 1M
for name in overlay created; do yes text | head -c 4096 >"$dir/$name"; done
snapshot='{"type": "blockdev-snapshot-sync", "data": {"node-name": "disk", "snapshot-file": "'$dir/overlay'", "snapshot-node-name": "top"}}'
out=$({ echo '{"execute": "qmp_capabilities"}'
	echo '{"execute": "transaction", "arguments": {"actions": ['"$snapshot"', {"type": "abort", "data": {}}]}, "id": "transaction"}'
	echo '{"execute": "blockdev-create", "arguments": {"job-id": "job", "options": {"driver": "file", "filename": "'"$dir/created"'", "size": 4096}}, "id": "create"}'
	for i in $(seq 20); do echo '{"execute": "query-jobs", "id": "jobs"}'; sleep 0.1; done
	echo '{"execute": "quit"}'; } |
	program qemu-storage-daemon --chardev stdio,id=c --monitor chardev=c \
		--blockdev "driver=qcow2,node-name=disk,file.driver=file,file.filename=$dir/image")
grep '"id": "transaction"' <<<"$out"
grep -q 'Transaction aborted using Abort action' <<<"$out" || { echo "the transaction has another end"; exit 1; }
jobs=$(grep '"id": "jobs"' <<<"$out" | tail -n 1)
echo "$jobs"
case $jobs in *'"error"'*) echo "the job fails now"; exit 1 ;; *'"status": "concluded"'*) ;; *) echo "the job has another end"; exit 1 ;; esac
left=$(cat "$dir/overlay" "$dir/created" | grep -ac '^text$' || true)
echo "overlay begins with $(head -c 3 "$dir/overlay"), lines of text left: $left"
[ "$(head -c 3 "$dir/overlay")" = QFI ] && [ "$left" = 0 ]
