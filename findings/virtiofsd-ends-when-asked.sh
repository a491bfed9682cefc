#!/usr/bin/env bash
# virtiofsd 1.13 ends, with status 0, when something looks if its socket answers.
#
# A manager that starts a daemon and then QEMU has to wait until the daemon listens, and the usual
# way is to connect until that works, and to close the connection. swtpm and the exports of the
# storage daemon, vhost-user-blk too, do not mind. virtiofsd takes the first connection for that of
# its machine: when it ends, virtiofsd takes the machine to be gone and ends, with success, so that a
# supervisor sees nothing wrong, and QEMU finds no socket. A manager can wait for the file of the
# socket, or listen itself and pass the descriptor with --fd, so that there is nothing to wait for.
#
# Seen: virtiofsd of Debian's virtiofsd 1.13.2-1+deb13u1 (trixie): one connection, "Client
# disconnected, shutting down", and no socket. The virtiofsd in C of Debian's qemu-system-common
# 1:7.2+dfsg-7+deb12u18+b3 does the same.
set -eu
version='1.13.2-1+deb13u1'
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/root" "$dir/shared"
: >"$dir/status"
mirror=$(sed -n 's/^URIs: //p' /etc/apt/sources.list.d/debian.sources | head -n 1)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$dir/sources"
apt="-o Dir::Etc::SourceList=$dir/sources -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists=$dir/lists -o Dir::State::status=$dir/status -o Dir::Cache=$dir/cache -o APT::Sandbox::User=root -o APT::Install-Recommends=false"
apt-get $apt update -qq
apt-get $apt install -y -qq --download-only "virtiofsd=$version" >/dev/null
for deb in "$dir"/cache/archives/*.deb; do dpkg -x "$deb" "$dir/root"; done
lib=$dir/root/usr/lib/x86_64-linux-gnu
ld=$(find "$dir/root" -name 'ld-linux-x86-64.so.2' | head -n 1)
virtiofsd() { timeout 60 "$ld" --library-path "$lib" "$dir/root/usr/libexec/virtiofsd" "$@"; }

virtiofsd --version
virtiofsd --socket-path "$dir/sock" --shared-dir "$dir/shared" --sandbox none 2>"$dir/log" &
daemon=$!
trap 'kill $daemon 2>/dev/null || true; rm -rf "$dir"' EXIT
for _ in $(seq 100); do [ -S "$dir/sock" ] && break; sleep 0.1; done
sleep 1
kill -0 $daemon || { echo "it ends by itself"; exit 1; }
timeout 10 python3 - "$dir/sock" <<'END'
import socket, sys

socket.socket(socket.AF_UNIX).connect(sys.argv[1])
print("connected, and closed")
END
for _ in $(seq 100); do kill -0 $daemon 2>/dev/null || break; sleep 0.1; done
if kill -0 $daemon 2>/dev/null; then echo "it still runs"; exit 1; fi
status=0
wait $daemon || status=$?
cat "$dir/log"
echo "status $status; socket: $(ls "$dir/sock" 2>/dev/null || echo gone)"
[ $status = 0 ] && [ ! -e "$dir/sock" ] && grep -q 'Client disconnected, shutting down' "$dir/log"
