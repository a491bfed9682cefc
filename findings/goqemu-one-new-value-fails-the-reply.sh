#!/usr/bin/env bash
# go-qemu's package raw fails a whole reply because of one value that is newer than the package.
#
# QEMU adds values to its enums with each release, so that one expects a Go package generated of its
# schema to skip them or to keep their text. The enums of package raw are numbers with a table, and
# a value that is not in the table is an error of the decoder. QueryMigrateCapabilities, which
# decides if a machine can be migrated, returns "unknown enum value" for "multifd", which was
# "x-multifd" when the package was made, and beside the error a list of the values before it, with
# one as its last that was never sent there. QueryStatus and other commands work, so that this shows
# on the day when that command is needed. It is the same with 10.0 and 11.1.
#
# Seen: github.com/digitalocean/go-qemu v0.0.0-20250212194115-ee9b0668d242 with QEMU of Debian's
# qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3.
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
qemu -M none -qmp "unix:$dir/sock,server=on,wait=off" &
trap 'kill $! 2>/dev/null || true; rm -rf "$dir"' EXIT
mkdir "$dir/program"
cd "$dir/program"
export GOFLAGS=-modcacherw GOWORK=off GOPATH=$dir/go
go mod init example.com/program 2>/dev/null
go get github.com/digitalocean/go-qemu/qmp/raw@v0.0.0-20250212194115-ee9b0668d242 2>/dev/null
cat >main.go <<'EOF'
package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/digitalocean/go-qemu/qmp"
	"github.com/digitalocean/go-qemu/qmp/raw"
)

func main() {
	socket, err := qmp.NewSocketMonitor("unix", os.Args[1], 10*time.Second)
	if err == nil {
		err = socket.Connect()
	}
	if err != nil {
		panic(err)
	}
	monitor := raw.NewMonitor(socket)
	status, err := monitor.QueryStatus()
	fmt.Println("query-status:", status.Status, err)
	if err != nil {
		os.Exit(1)
	}
	capabilities, err := monitor.QueryMigrateCapabilities()
	fmt.Println("query-migrate-capabilities:", capabilities, err)
	last := len(capabilities) - 1
	if err == nil || !strings.Contains(err.Error(), `unknown enum value "multifd"`) || last < 1 || capabilities[0] != capabilities[last] {
		fmt.Println("the reply is decoded now, or in another way")
		os.Exit(1)
	}
}
EOF
go build -o program .
timeout 30 ./program "$dir/sock"
