#!/usr/bin/env bash
# goccy/go-yaml puts another text into a Go string than the document has: 10.10 becomes "10.1", 010
# "8".
#
# A field of type string is how a program says that a value is text, and the other YAML package for
# Go gives it what stands in the document. Here the plain value is made a number first, and the
# number's shortest text is stored: of releases, 10.0 becomes "10" and 7.20 "7.2", also as keys of a
# map, where 7.20 after 7.2 is a duplicate; 1234567.0 becomes "1.234567e+06". The explicit tag
# !!str, which exists to say that this is text, does not help; quotes do. 7.2.22 is right, so that
# it shows with few versions only. A program that reads the tree (package ast) has the token's text.
#
# Seen: github.com/goccy/go-yaml v1.19.2, beside go.yaml.in/yaml/v3 v3.0.4.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GOFLAGS=-modcacherw GOWORK=off GOPATH=$dir/go
go mod init example.com/program 2>/dev/null
go get github.com/goccy/go-yaml@v1.19.2 go.yaml.in/yaml/v3@v3.0.4 2>/dev/null
cat >main.go <<'EOF'
package main

import (
	"fmt"
	"os"

	goyaml "github.com/goccy/go-yaml"
	"go.yaml.in/yaml/v3"
)

type release struct{ Plain, Tagged, Quoted, Octal, Patch string }

func main() {
	const text = "plain: 10.10\ntagged: !!str 10.10\nquoted: '10.10'\noctal: 010\npatch: 7.2.22\n"
	var one, other release
	if err := yaml.Unmarshal([]byte(text), &other); err != nil {
		panic(err)
	}
	if err := goyaml.Unmarshal([]byte(text), &one); err != nil {
		panic(err)
	}
	var keys map[string]int
	if err := goyaml.Unmarshal([]byte("7.20: 1"), &keys); err != nil {
		panic(err)
	}
	fmt.Printf("goccy/go-yaml: %+v, key %v\nyaml/v3:       %+v\n", one, keys, other)
	if other != (release{"10.10", "10.10", "10.10", "010", "7.2.22"}) {
		fmt.Println("yaml/v3 gives another text")
		os.Exit(1)
	}
	if one != (release{"10.1", "10.1", "10.10", "8", "7.2.22"}) || keys["7.2"] != 1 {
		fmt.Println("goccy/go-yaml gives another text now")
		os.Exit(1)
	}
}
EOF
timeout 120 go run .
