#!/usr/bin/env bash
# A comment of two lines that jennifer writes ends where its text has "*/", and the file cannot be
# rendered.
#
# Comment takes text, of any length and from anywhere, such as the documentation of what is
# generated, and one expects it to come out as a comment. A text of one line is written with //, a
# longer one between /* and */, without a look at what is in it. A path such as /sys/*/size in a
# paragraph ends the comment, and Render fails with a syntax error of the generated source, far from
# the text. The same path in one line is right. Writing each line with // itself, as gofmt's own
# style asks for, avoids it.
#
# Seen: github.com/dave/jennifer v1.7.1.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GOFLAGS=-modcacherw GOWORK=off GOPATH=$dir/go
go mod init example.com/program 2>/dev/null
go get github.com/dave/jennifer@v1.7.1 2>/dev/null
cat >main.go <<'EOF'
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/dave/jennifer/jen"
)

func render(comment string) error {
	f := jen.NewFile("p")
	f.Comment(comment)
	f.Var().Id("Size").Int()
	return f.Render(io.Discard)
}

func main() {
	one := render("Size is read from /sys/*/size.")
	two := render("Size is read\nfrom /sys/*/size.")
	lines := render("// Size is read\n// from /sys/*/size.")
	fmt.Printf("one line: %v\nlines with //: %v\ntwo lines: %v\n", one, lines, two)
	if one != nil || lines != nil {
		fmt.Println("it fails in one line, too")
		os.Exit(1)
	}
	if two == nil {
		fmt.Println("two lines are rendered now")
		os.Exit(1)
	}
}
EOF
timeout 120 go run .
