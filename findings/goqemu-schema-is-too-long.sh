#!/usr/bin/env bash
# go-qemu's package qmp cannot read the reply to query-qmp-schema, and its monitor is lost after that.
#
# QMP has no limit for a line, and asking what this QEMU can do is among the first things that a program
# does. A bufio.Scanner reads the lines, with its limit of 64 KiB; the schema has more even for the
# storage daemon. Run returns "token too long", and what reads the connection has ended: each later
# command, also a small one, returns "unexpected end of JSON input".
#
# Seen: github.com/digitalocean/go-qemu v0.0.0-20250212194115-ee9b0668d242 with qemu-storage-daemon of
# Debian's qemu-system-common 1:7.2+dfsg-7+deb12u18+b3.
set -eu
module=v0.0.0-20250212194115-ee9b0668d242
version='1:7.2+dfsg-7+deb12u18+b3'
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/root"
: >"$dir/status"
apt="-o Dir::State::Lists=$dir/lists -o Dir::State::status=$dir/status -o Dir::Cache=$dir/cache -o APT::Sandbox::User=root -o APT::Install-Recommends=false"
apt-get $apt update -qq
apt-get $apt install -y -qq --download-only "qemu-system-common=$version" >/dev/null
for deb in "$dir"/cache/archives/*.deb; do dpkg -x "$deb" "$dir/root"; done
lib=$dir/root/usr/lib/x86_64-linux-gnu
ld=$(find "$dir/root" -name 'ld-linux-x86-64.so.2' | head -n 1)
daemon() { timeout 60 "$ld" --library-path "$lib:$dir/root/lib/x86_64-linux-gnu" "$dir/root/usr/bin/qemu-storage-daemon" "$@"; }

daemon --version | head -n 1
daemon --chardev "socket,id=c,path=$dir/sock,server=on,wait=off" --monitor c &
pid=$!
trap 'kill $pid 2>/dev/null || true; rm -rf "$dir"' EXIT
mkdir "$dir/program"
cd "$dir/program"
export GOFLAGS=-modcacherw GOWORK=off GOPATH=$dir/go
go mod init example.com/program 2>/dev/null
go get "github.com/digitalocean/go-qemu/qmp@$module" 2>/dev/null
cat >main.go <<'EOF'
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/digitalocean/go-qemu/qmp"
)

func main() {
	monitor, err := qmp.NewSocketMonitor("unix", os.Args[1], 10*time.Second)
	if err == nil {
		err = monitor.Connect()
	}
	if err != nil {
		panic(err)
	}
	failed := 0
	for _, command := range []string{"query-version", "query-qmp-schema", "query-version"} {
		reply, err := monitor.Run(fmt.Appendf(nil, `{"execute": %q}`, command))
		fmt.Println(command, len(reply), "bytes,", err)
		if err != nil {
			failed++
		}
	}
	if failed != 2 {
		fmt.Println("the schema is read now")
		os.Exit(1)
	}
}
EOF
go build -o program .
timeout 30 ./program "$dir/sock"
