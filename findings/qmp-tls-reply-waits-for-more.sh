#!/usr/bin/env bash
# A monitor of QEMU 7.2 over TLS answers a command when the next bytes come, not when it is complete.
#
# A command that has arrived is answered, one thinks, and over TCP and unix sockets it is. With
# tls-creds on the chardev, QEMU 7.2 leaves it until the socket has something to read again. So a
# client that sends one command and waits for the reply, as all do, waits until it sends something
# else; another record with a newline is enough. 10.0 and 11.1 answer at once.
#
# Seen: qemu-storage-daemon of Debian's qemu-system-common 1:7.2+dfsg-7+deb12u18+b3, with the client
# of Debian's openssl 3.0.22-1~deb12u2: no reply within 3 seconds, then one after a newline.
set -eu
version='1:7.2+dfsg-7+deb12u18+b3'
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/root"
: >"$dir/status"
apt="-o Dir::State::Lists=$dir/lists -o Dir::State::status=$dir/status -o Dir::Cache=$dir/cache -o APT::Sandbox::User=root -o APT::Install-Recommends=false"
apt-get $apt update -qq
apt-get $apt install -y -qq --download-only "qemu-system-common=$version" "openssl=3.0.22-1~deb12u2" >/dev/null
for deb in "$dir"/cache/archives/*.deb; do dpkg -x "$deb" "$dir/root"; done
lib=$dir/root/usr/lib/x86_64-linux-gnu
ld=$(find "$dir/root" -name 'ld-linux-x86-64.so.2' | head -n 1)
program() { timeout 30 "$ld" --library-path "$lib:$dir/root/lib/x86_64-linux-gnu" "$dir/root/usr/bin/$1" "${@:2}"; }

program qemu-storage-daemon --version | head -n 1
export OPENSSL_CONF=$dir/root/etc/ssl/openssl.cnf
mkdir "$dir/tls"
cd "$dir/tls"
program openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext basicConstraints=critical,CA:TRUE \
	-keyout ca-key.pem -out ca-cert.pem 2>/dev/null
program openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server-key.pem -out server.csr 2>/dev/null
printf 'subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\nkeyUsage=digitalSignature,keyEncipherment\nbasicConstraints=CA:FALSE\n' >ext
program openssl x509 -req -in server.csr -CA ca-cert.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile ext -out server-cert.pem 2>/dev/null
program qemu-storage-daemon --object "tls-creds-x509,id=t,dir=$dir/tls,endpoint=server,verify-peer=no" \
	--chardev "socket,id=c,host=127.0.0.1,port=0,server=on,wait=off,tls-creds=t" --monitor c \
	--chardev "socket,id=d,path=$dir/plain,server=on,wait=off" --monitor d &
trap 'kill %1 2>/dev/null || true; rm -rf "$dir"' EXIT
for _ in $(seq 100); do [ -S "$dir/plain" ] && break; sleep 0.1; done
port=$(python3 -c '
import json, socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); f = s.makefile("rw"); f.readline()
def call(command):
    f.write(json.dumps({"execute": command}) + "\n"); f.flush()
    return json.loads(f.readline())["return"]
call("qmp_capabilities")
print([c["filename"] for c in call("query-chardev") if c["label"] == "c"][0].split(",")[0].split(":")[-1])
' "$dir/plain")
{ sleep 1; printf '{"execute": "qmp_capabilities"}\n'; sleep 3; echo "--- 3 seconds later" >>"$dir/out"; printf '\n'; sleep 1; } |
	program openssl s_client -quiet -CAfile ca-cert.pem -connect "127.0.0.1:$port" 2>/dev/null >>"$dir/out" || true
cut -c 1-100 "$dir/out"
awk '/seconds later/ { late = 1 } /"return"/ { if (!late) early = 1; seen = 1 } END { exit !(seen && !early) }' "$dir/out" ||
	{ echo "the reply no longer waits for the next record"; exit 1; }
