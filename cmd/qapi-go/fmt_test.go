package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const (
	untidy = "{'command':'stop'}\n\n\n{ 'command': 'cont' }\n"
	tidy   = "{ 'command': 'stop' }\n\n{ 'command': 'cont' }\n"
)

func TestFmt(t *testing.T) {
	const diff = "--- a.json\n+++ a.json\n@@ -1,4 +1,3 @@\n-{'command':'stop'}\n+{ 'command': 'stop' }\n \n-\n { 'command': 'cont' }\n"
	for _, test := range []struct {
		args, stdin    string
		status         int
		stdout, stderr string
		a              string // what a.json holds then
	}{
		{"a.json", "", 0, tidy, "", untidy},
		{"b.json", "", 0, tidy, "", untidy},
		{"-", untidy, 0, tidy, "", untidy},
		{"-", "{ 'a'", 1, "", "<stdin>:1:6: error: expected ':' [syntax]", untidy},
		{"-d a.json", "", 1, diff, "qapi-go: 1 file: 1 would change, 0 with errors\n", untidy},
		{"-d b.json", "", 0, "", "qapi-go: 1 file: 0 would change, 0 with errors\n", untidy},
		{"-d -", tidy, 0, "", "", untidy},
		{"-w a.json b.json", "", 0, "", "qapi-go: 2 files: 1 changed, 0 with errors\n", tidy},
		{"-w bad.json a.json", "", 1, "", "bad.json:2:13: error: expected ", tidy},
		{"--error-format json bad.json", "", 1, "", `"code":"syntax","file":"bad.json","line":2,`, untidy},
		{"includes.json", "", 0, "{ 'include': 'gone.json' }\n", "", untidy},
		{"-w -", "", 2, "", "-w cannot write standard input", untidy},
		{"-w -d a.json", "", 2, "", "-w and -d exclude each other", untidy},
		{"", "", 2, "", "one or more files", untidy},
		{"gone.json", "", 2, "", "gone.json", untidy},
		{".", "", 2, "", ".: which schema? This folder has 4", untidy},
	} {
		t.Run(test.args, func(t *testing.T) {
			dir := writeFiles(t, map[string]string{
				"a.json": untidy, "b.json": tidy, "bad.json": tidy[:22] + "{ 'command' }\n", "includes.json": "{'include':'gone.json'}\n",
			})
			t.Chdir(dir)
			var stdout, stderr bytes.Buffer
			status := run(append([]string{"fmt"}, strings.Fields(test.args)...), strings.NewReader(test.stdin), &stdout, &stderr)
			if status != test.status || stdout.String() != test.stdout || !strings.Contains(stderr.String(), test.stderr) {
				t.Errorf("status %d\nstdout: %s\nstderr: %s\nwant status %d\nstdout: %s\nstderr: %s",
					status, &stdout, &stderr, test.status, test.stdout, test.stderr)
			}
			if got, err := os.ReadFile("a.json"); err != nil || string(got) != test.a {
				t.Errorf("a.json: %v\n%s", err, got)
			}
			if entries, err := os.ReadDir("."); err != nil || len(entries) != 4 {
				t.Errorf("%v, %v", entries, err)
			}
		})
	}
}

// TestFmtWrite checks that a file keeps its permissions, that a link stays one, and
// that a file that is right is not touched.
func TestFmtWrite(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no permissions and links there")
	}
	dir := writeFiles(t, map[string]string{"a.json": untidy})
	target, link := filepath.Join(dir, "a.json"), filepath.Join(dir, "link.json")
	if err := os.Chmod(target, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a.json", link); err != nil {
		t.Fatal(err)
	}
	if got := runArgs("fmt", "-w", link); got.status != 0 {
		t.Fatal(got.stderr)
	}
	info, err := os.Stat(target)
	if err != nil || info.Mode() != 0o640 {
		t.Errorf("%v, %v", info, err)
	}
	if to, err := os.Readlink(link); err != nil || to != "a.json" {
		t.Errorf("the link leads to %q, %v", to, err)
	}
	if text, err := os.ReadFile(target); err != nil || string(text) != tidy {
		t.Errorf("%v\n%s", err, text)
	}
	runArgs("fmt", "-w", target)
	if again, err := os.Stat(target); err != nil || !os.SameFile(info, again) || again.ModTime() != info.ModTime() {
		t.Error("a file that did not change was written")
	}
}
