package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// A result is what a run of the command line did.
type result struct {
	status         int
	stdout, stderr string
}

func runArgs(args ...string) result {
	var stdout, stderr strings.Builder
	status := run(args, strings.NewReader(""), &stdout, &stderr)
	return result{status, stdout.String(), stderr.String()}
}

// write makes the files of a test in a new folder, which it returns and changes
// to.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	return dir
}

func TestUsage(t *testing.T) {
	for _, test := range []struct {
		args       string
		wantStatus int
		wantStdout string // regular expressions
		wantStderr string
	}{
		{"", 2, `^$`, `^qapi-go compiles (?s:.*)Available Commands:`},
		{"--help", 0, `Exit status: 0 clean(?s:.*)generate .*Go package`, `^$`},
		{"help generate", 0, `qapi-go generate --schema`, `^$`},
		{"help genrate", 2, `^$`, `unknown command "genrate"`},
		{"help generate more", 2, `^$`, `unknown command "generate more"`},
		{"check ''", 2, `^$`, `name of the schema is empty`},
		{"inspect ''", 2, `^$`, `name of the schema is empty`},
		{"diff '' ''", 2, `^$`, `name of the schema is empty`},
		{"generate --schema= --out x", 2, `^$`, `name of the schema is empty`},
		{"docs --schema= --out x", 2, `^$`, `name of the schema is empty`},
		{"genrate", 2, `^$`, `^qapi-go: unknown command "genrate"; did you mean .generate.\?\n`},
		{"generate", 2, `^$`, `--out`},
		{"generate --out x --pakage y", 2, `^$`, `did you mean --package\?`},
		{"generate --out x --parts types,clint", 2, `^$`, `clint`},
		{"generate --out x --docs some", 2, `^$`, `some`},
		{"generate --out x --package 1x", 2, `^$`, `1x`},
		{"generate --out x extra", 2, `^$`, `extra`},
		{"generate --out x --check --diff", 2, `^$`, `--check and --diff exclude each other(?s:.*)--help`},
		{"docs --out x --clean --check", 2, `^$`, `--check and --clean exclude each other`},
		{"docs", 2, `^$`, `--out`},
		{"docs --out x --format pdf", 2, `^$`, `pdf`},
		{"check", 2, `^$`, `no schema given`},
		{"check --error-format xml a.json", 2, `^$`, `text, json, github, sarif or qemu`},
		{"check --dialect 2.12 a.json", 0, `^$`, `no errors`},
		{"check --dialect auto a.json", 0, `^$`, `no errors`},
		{"check --dialect old a.json", 2, `^$`, `--dialect takes a release or auto`},
		{"check --dialect 0.14 a.json", 2, `^$`, `first with a schema is 1\.0`},
		{"inspect", 2, `^$`, `no schema given`},
		{"inspect a.json --format yaml", 2, `^$`, `list, facts or introspection`},
		{"version", 0, `^qapi-go \S+ \(go`, `^$`},
		{"--version", 0, `^qapi-go \S+ \(go`, `^$`},
		{"version --json", 0, `^\{.*"version":`, `^$`},
		{"completion bash", 0, `complete`, `^$`},
	} {
		t.Run(test.args, func(t *testing.T) {
			write(t, map[string]string{"a.json": "{ 'command': 'go' }"})
			args := strings.Fields(test.args)
			for i, arg := range args {
				if arg == "''" {
					args[i] = ""
				}
			}
			got := runArgs(args...)
			if got.status != test.wantStatus {
				t.Errorf("status %d, want %d", got.status, test.wantStatus)
			}
			if !regexp.MustCompile(test.wantStdout).MatchString(got.stdout) {
				t.Errorf("stdout %q does not match %q", got.stdout, test.wantStdout)
			}
			if !regexp.MustCompile(test.wantStderr).MatchString(got.stderr) {
				t.Errorf("stderr %q does not match %q", got.stderr, test.wantStderr)
			}
			if entries, _ := os.ReadDir("."); len(entries) != 1 {
				t.Errorf("something was written: %v", entries)
			}
		})
	}
}

// TestBadInput checks that bad input gives a clear error with its place and the
// right exit status, and that nothing is written.
func TestBadInput(t *testing.T) {
	good := "{ 'command': 'go' }\n"
	for _, test := range []struct {
		name       string
		files      map[string]string
		schema     string
		wantStatus int
		wantStderr string // regular expression
	}{
		{"missing file", nil, "no.json", 2, `no\.json.*No such file`},
		{"directory", map[string]string{"d/x.json": good}, "d", 2, `d.*(directory|folder)`},
		{"empty file", map[string]string{"a.json": ""}, "a.json", 1, `a\.json defines nothing`},
		{"binary file", map[string]string{"a.json": "\x7fELF\x02\x01\x01\x00\x00\xff\xfe"}, "a.json", 1, `^a\.json:1:\d+: error: `},
		{"syntax error", map[string]string{"a.json": good + "{ 'command' 'x' }\n"}, "a.json", 1, `^a\.json:2:13: error: expected ':'`},
		{"two syntax errors", map[string]string{"a.json": "{ 'command' 'x' }\n{ 'command': }\n"}, "a.json", 1,
			`^a\.json:1:13: error: (?s:.*)\na\.json:2:14: error: `},
		{"error in an include", map[string]string{"a.json": "{ 'include': 'sub/b.json' }\n", "sub/b.json": good + "{ 'struct' }\n"}, "a.json", 1,
			`^sub/b\.json:2:12: error: (?s:.*)a\.json:1`},
		{"missing include", map[string]string{"a.json": "{ 'include': 'b.json' }\n"}, "a.json", 1, `^a\.json:1:\d+: error: .*b\.json`},
		{"include of a directory", map[string]string{"a.json": "{ 'include': 'b' }\n", "b/c": ""}, "a.json", 1, `^a\.json:1:\d+: error: .*'b'`},
		{"include outside of the tree", map[string]string{"d/e/f/g/a.json": "{ 'include': '../../../../b.json' }\n", "b.json": good}, "d/e/f/g/a.json", 1,
			`^d/e/f/g/a\.json:1:14: error: .*outside of the schema's source`},
		{"include loop", map[string]string{"a.json": "{ 'include': 'b.json' }\n", "b.json": "{ 'include': 'a.json' }\n"}, "a.json", 1,
			`^b\.json:1:\d+: error: inclusion loop for (?s:.*)a\.json:1`},
		{"unknown type", map[string]string{"a.json": "{ 'struct': 'Foo', 'data': {} }\n{ 'command': 'go', 'returns': 'Fooo' }\n"}, "a.json", 1,
			`^a\.json:2:\d+: error: .*'Fooo'(?s:.*)did you mean 'Foo'`},
	} {
		for _, command := range []string{"generate", "docs"} {
			t.Run(test.name+"/"+command, func(t *testing.T) {
				write(t, test.files)
				got := runArgs(command, "--schema", test.schema, "--out", "out")
				if got.status != test.wantStatus {
					t.Errorf("status %d, want %d", got.status, test.wantStatus)
				}
				if got.stdout != "" {
					t.Errorf("stdout: %q", got.stdout)
				}
				if !regexp.MustCompile(test.wantStderr).MatchString(got.stderr) {
					t.Errorf("stderr %q does not match %q", got.stderr, test.wantStderr)
				}
				if _, err := os.Stat("out"); err == nil {
					t.Error("the output folder was made")
				}
			})
		}
	}
}

// noSpace is a full disk.
type noSpace struct{}

func (noSpace) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

// TestPrintFails checks that no command succeeds whose output cannot be written.
func TestPrintFails(t *testing.T) {
	write(t, map[string]string{"a.json": lintSchema, "b.json": lintSchema + "{ 'command': 'more' }\n"})
	for _, args := range []string{
		"help", "--help", "help diff", "diff --help", "--version", "version", "version --json", "completion bash",
		"explain", "explain unknown-type", "inspect a.json", "inspect a.json --format facts", "inspect a.json --format introspection",
		"diff a.json b.json", "diff a.json b.json --format json", "diff a.json b.json --format markdown",
		"lint a.json", "fmt a.json", "fmt -d a.json", "init", "generate --schema a.json --out x --check",
		"generate --schema a.json --out x --diff", "docs --schema a.json --out x --check",
	} {
		var stderr strings.Builder
		if status := run(strings.Fields(args), strings.NewReader(""), noSpace{}, &stderr); status != exitFailed || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("%s: status %d, %s", args, status, stderr.String())
		}
	}
}
