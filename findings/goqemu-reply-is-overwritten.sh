#!/usr/bin/env bash
# What Run of go-qemu's package qmp returns is overwritten by later replies.
#
# Run returns a []byte that looks like the caller's own, as with all functions that return one and say
# nothing else. It is a part of the buffer of a bufio.Scanner, whose next lines are read into the same
# memory: who keeps the replies and decodes them later finds parts of other replies. One that is
# decoded at once is right. Not even a call of the caller's own is needed, since an event is a line, too.
#
# Seen: github.com/digitalocean/go-qemu v0.0.0-20250212194115-ee9b0668d242 with qemu-storage-daemon of
# Debian's qemu-system-common 1:7.2+dfsg-7+deb12u18+b3: the first reply, whose id is "first", has
# the id of another after 100 more.
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
	run := func(id string) []byte {
		reply, err := monitor.Run(fmt.Appendf(nil, `{"execute": "query-version", "id": %q}`, id))
		if err != nil {
			panic(err)
		}
		return reply
	}
	first := run("first")
	before := string(first)
	for i := range 100 {
		run(fmt.Sprint("number ", i))
	}
	fmt.Printf("%s\n%s\n", before, first)
	if before == string(first) {
		fmt.Println("the first reply is kept now")
		os.Exit(1)
	}
}
EOF
go build -o program .
timeout 30 ./program "$dir/sock"
