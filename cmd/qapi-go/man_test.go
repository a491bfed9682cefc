package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra/doc"
)

var manDir = flag.String("man", "", "write the manual pages to this folder")

// TestMan checks that there is a manual page for each command, and writes them
// for those who package the program:
//
//	go test ./cmd/qapi-go -run TestMan -man DIR
//
// It is a test, so that no user of the module gets what it needs for that.
func TestMan(t *testing.T) {
	dir := *manDir
	if dir == "" {
		dir = t.TempDir()
	} else if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	root := newRoot()
	root.DisableAutoGenTag = true
	// The date in the header is not one that says anything.
	date := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	header := &doc.GenManHeader{Section: "1", Source: "qapi-go", Manual: "qapi-go", Date: &date}
	if err := doc.GenManTree(root, header, dir); err != nil {
		t.Fatal(err)
	}
	pages := []string{"qapi-go"}
	for _, cmd := range root.Commands() {
		if cmd.IsAvailableCommand() {
			pages = append(pages, "qapi-go-"+cmd.Name())
		}
	}
	if len(pages) < 12 {
		t.Errorf("only %v", pages)
	}
	for _, name := range pages {
		file := filepath.Join(dir, name+".1")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Error(err)
			continue
		}
		text = bytes.Replace(text, []byte(`"Jan 0001"`), []byte(`""`), 1)
		if err := os.WriteFile(file, text, 0o666); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`.TH "` + strings.ToUpper(name) + `" "1" "" "qapi-go" "qapi-go"`, ".SH NAME", ".SH SYNOPSIS"} {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s has no %s:\n%.300s", file, want, text)
			}
		}
	}
}
