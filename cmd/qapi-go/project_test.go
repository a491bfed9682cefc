package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// projectFiles is a project with a configuration at its top.
var projectFiles = map[string]string{
	"go.mod":        "module example.com/p\n",
	"schema/a.json": "{ 'include': 'b.json' }\n{ 'command': 'go' }\n{ 'command': 'stop' }\n",
	"schema/b.json": "{ 'event': 'GONE' }\n",
	"schema/g.json": "{ 'command': 'guest', 'if': 'X' }\n",
	"pkg/file.go":   "package pkg\n",
	"qapi.yaml": `schema: schema/a.json
generate:
  - {out: internal/qapi, parts: [client], exclude: [stop], rename: {go: Run}}
  - out: internal/qga
    schema: schema/g.json
    package: qga
    define: [X]
    spdx: MIT
docs:
  out: doc
`,
}

// TestProject checks that a configuration makes what flags make, from each folder
// of the project.
func TestProject(t *testing.T) {
	dir := write(t, projectFiles)
	for _, command := range []string{
		"generate --schema schema/a.json --out want/internal/qapi --parts client --exclude stop --rename go=Run",
		"generate --schema schema/g.json --out want/internal/qga --package qga --define X --spdx MIT",
		"docs --schema schema/a.json --out want/doc",
	} {
		if got := runArgs(strings.Fields(command)...); got.status != 0 {
			t.Fatalf("%s: status %d, %s", command, got.status, got.stderr)
		}
	}
	for _, test := range []struct {
		name, from, args string
	}{
		{"top", ".", ""},
		{"below", "pkg", ""},
		{"named", "pkg", "-c ../qapi.yaml"},
		{"from outside", "..", "--config " + filepath.Join(dir, "qapi.yaml")},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Chdir(filepath.Join(dir, test.from))
			for _, command := range []string{"generate", "docs"} {
				got := runArgs(append([]string{command}, strings.Fields(test.args)...)...)
				if got.status != 0 || got.stdout != "" {
					t.Fatalf("%s: status %d, %s", command, got.status, got.stderr)
				}
			}
			for _, out := range []string{"internal/qapi", "internal/qga", "doc"} {
				got, want := tree(t, filepath.Join(dir, out)), tree(t, filepath.Join(dir, "want", out))
				if len(got) < 2 || len(got) != len(want) {
					t.Errorf("%s: %d files, want %d", out, len(got), len(want))
				}
				for name, data := range want {
					if string(got[name]) != string(data) {
						t.Errorf("%s/%s is\n%s\nwant\n%s", out, name, got[name], data)
					}
				}
				if err := os.RemoveAll(filepath.Join(dir, out)); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestProjectCommands checks what commands do with a configuration, and which
// flags clash with it.
func TestProjectCommands(t *testing.T) {
	broken := "scheme: a\ngenerate: {out: x, parts: [clint], dialect: old, package: 1x, docs: long, spdx: '*/'}\ndiff: {level: [all], fail_on: never}\n"
	for _, test := range []struct {
		name, args string
		config     string // instead of qapi.yaml; "-" for none
		status     int
		want       string // regular expression for stdout and stderr
	}{
		{"check", "check", "", 0, `schema/a\.json: no errors in 2 files(?s:.*)schema/g\.json: no errors in 1 file`},
		{"check of arguments", "check schema/b.json", "", 0, `^qapi-go: schema/b.json: no errors in 1 file, 1 definition\n$`},
		{"check, both", "check -c qapi.yaml schema/b.json", "", 2, `one argument too many`},
		{"check, dialect", "check", "schema: old.json\ndialect: 2.3\n", 0, `no errors`},
		{"check, another dialect", "check --dialect 10.0", "schema: old.json\ndialect: 2.3\n", 1, `old.json:1:`},
		{"check of nothing", "check", "diff: {level: [go]}\n", 2, `qapi.yaml names no schema`},
		{"check without configuration", "check", "-", 2, `no schema given, and no qapi.yaml`},
		{"missing", "generate -c none.yaml", "", 2, `none.yaml`},
		{"empty name", "generate --config=", "", 2, `--config: the name of the file is empty`},
		{"flag for one output", "generate --package x", "", 2, `--package is for one output, but qapi.yaml lists`},
		{"dialect", "docs --dialect 10.0", "", 2, `--dialect is for one output`},
		{"both", "generate -c qapi.yaml --out x", "", 2, `--config and --out exclude each other`},
		{"by flags alone", "generate --out x --check", broken, 1, `x/vm.go: missing`},
		{"without configuration", "generate", "-", 2, `--out DIR is required without a qapi.yaml`},
		{"nothing to generate", "generate", "schema: a\n", 2, `qapi.yaml: there is nothing under generate`},
		{"nothing to document", "docs", "schema: a\n", 2, `qapi.yaml: there is nothing under docs`},
		{"mistakes", "generate", broken, 2, `^qapi.yaml:1:1: unknown key "scheme"; did you mean "schema"\?
qapi.yaml:2:11: no schema: .*
qapi.yaml:2:28: generate.parts: unknown part "clint": .*
qapi.yaml:2:45: generate.dialect: .*
qapi.yaml:2:59: generate.package: "1x" is not the name of a Go package
qapi.yaml:2:69: generate.docs: want full, summary or none, not "long"
qapi.yaml:2:81: generate.spdx: .*
qapi.yaml:3:16: diff.level: want send, recv or go, not "all"
qapi.yaml:3:31: diff.fail_on: want breaking, warning or none, not "never"
qapi-go: 9 mistakes in qapi.yaml, nothing done
$`},
		{"format of documentation", "docs", "schema: schema/a.json\ndocs: {out: x, format: [pdf]}\n", 2, `qapi.yaml:2:25: docs.format: want .*text`},
		{"pattern", "generate", "schema: schema/a.json\ngenerate:\n  - {out: x, include: [gone]}\n", 2, `qapi.yaml:3:5: .*'?gone`},
		{"rename", "generate", "schema: schema/a.json\ngenerate: {out: x, rename: {none: X}}\n", 2, `qapi.yaml:2:11: nothing is called "none"`},
		{"schema", "generate", "schema: none.json\ngenerate: {out: x}\n", 2, `none.json`},
		{"one of two is wrong", "generate --check", "generate:\n  - {out: x, schema: bad.json}\n  - {out: y, schema: schema/a.json}\n", 1, `y/a.go: missing(?s:.*)bad.json:1:14: error`},
		{"settings", "diff schema/a.json schema/b.json", "diff: {fail_on: none}\n", 0, `2 breaking`},
		{"settings and flag", "diff --fail-on breaking schema/a.json schema/b.json", "diff: {fail_on: none}\n", 1, `2 breaking`},
		{"without level", "diff one.json two.json", "-", 0, `0 breaking, 1 warning`},
		{"level", "diff one.json two.json", "diff: {level: [send, recv, go]}\n", 1, `1 breaking, 0 warning`},
		{"accept", "diff schema/a.json schema/b.json", "diff: {accept: none.txt}\n", 2, `none.txt`},
		{"lint", "lint", "schema: schema/b.json\n", 1, `schema/b.json:1:12: warning: .*DOC_MISSING`},
		{"lint, except", "lint", "schema: schema/b.json\nlint: {except: [STANDARD]}\n", 0, `no findings in 1 file`},
		{"lint, ignore", "lint schema/b.json", "lint: {use: [DOC_MISSING], ignore_only: {DOC_MISSING: [schema/b.json]}}\n", 0, `no findings in 1 file`},
		{"lint, ignore another", "lint schema/b.json", "lint: {use: [DOC_MISSING], ignore_only: {DOC_MISSING: [b.json]}}\n", 1, `DOC_MISSING 1`},
		{"lint, flag", "lint --use LINE_70 schema/b.json", "lint: {use: [DOC_MISSING]}\n", 0, `no findings in 1 file`},
		{"lint, mistakes", "lint", "schema: schema/b.json\nlint: {use: [DOCS, DOC_MISING], ignore_only: {STANDARD: [x]}}\n", 2,
			`^qapi.yaml:2:20: lint.use: .*did you mean DOC_MISSING.*\nqapi.yaml:2:47: lint.ignore_only: unknown rule "STANDARD"`},
		{"diff with mistakes", "diff schema/a.json schema/b.json", "diff: {fail-on: none}\n", 2, `qapi.yaml:1:8: unknown key "fail-on" in diff; did you mean "fail_on"\?`},
	} {
		t.Run(test.name, func(t *testing.T) {
			write(t, projectFiles)
			for name, text := range map[string]string{
				"bad.json": "{ 'command': 1 }\n",
				"old.json": "{ 'type': 'Old', 'data': {} }\n",
				"one.json": "{ 'command': 'go', 'returns': 'Aa' }\n{ 'struct': 'Aa', 'data': { 'x': 'int' } }\n",
				"two.json": "{ 'command': 'go', 'returns': 'Bb' }\n{ 'struct': 'Bb', 'data': { 'x': 'int' } }\n",
			} {
				if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if test.config == "-" {
				if err := os.Remove(config.FileName); err != nil {
					t.Fatal(err)
				}
			} else if test.config != "" {
				if err := os.WriteFile(config.FileName, []byte(test.config), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			got := runArgs(strings.Fields(test.args)...)
			if got.status != test.status || !regexp.MustCompile(test.want).MatchString(got.stdout+got.stderr) {
				t.Errorf("status %d, %s%s\nwant %d, %s", got.status, got.stdout, got.stderr, test.status, test.want)
			}
		})
	}
}

// TestCheckSaysHow checks that --check says which command brings files up to date.
func TestCheckSaysHow(t *testing.T) {
	write(t, projectFiles)
	for _, test := range []struct{ args, want string }{
		{"generate --check", "run: qapi-go generate\n"},
		{"generate --check -c qapi.yaml", "run: qapi-go generate --config qapi.yaml\n"},
		{"generate --check --schema schema/a.json --out x --include s* --include go --parts types,client --rename go=Run",
			"run: qapi-go generate --include 's*' --include go --out x --parts types --parts client --rename go=Run --schema schema/a.json\n"},
		{"docs --diff --out it's", `run: qapi-go docs --out 'it'\''s'` + "\n"},
	} {
		got := runArgs(strings.Fields(test.args)...)
		if got.status != 1 || !strings.HasSuffix(got.stderr, test.want) {
			t.Errorf("%s: status %d, %q; want %q", test.args, got.status, got.stderr, test.want)
		}
	}
}

// TestGenerateDiff checks that --diff prints a patch that does what generate does,
// and writes nothing.
func TestGenerateDiff(t *testing.T) {
	write(t, map[string]string{"a.json": "{ 'include': 'b.json' }\n{ 'command': 'go' }\n", "b.json": "{ 'command': 'stop' }\n"})
	args := []string{"generate", "--schema", "a.json", "--out", "d/out"}
	if got := runArgs(args...); got.status != 0 {
		t.Fatal(got.stderr)
	}
	if got := runArgs(append(args, "--diff")...); got.status != 0 || got.stdout != "" || !strings.Contains(got.stderr, "compared 2 files, all up to date") {
		t.Errorf("nothing to do: status %d, %s%s", got.status, got.stdout, got.stderr)
	}
	for name, text := range map[string]string{
		"a.json":     "{ 'include': 'c.json' }\n{ 'command': 'go' }\n{ 'command': 'walk' }\n",
		"c.json":     "{ 'command': 'halt' }\n",
		"d/out/x.go": "package mine\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	before := tree(t, "d")
	got := runArgs(append(args, "--diff")...)
	if want := "compared 2 files, 3 not up to date (1 changed, 1 missing, 1 orphaned); run: qapi-go generate --out d/out --schema a.json"; got.status != 1 || !strings.Contains(got.stderr, want) {
		t.Errorf("status %d, %s", got.status, got.stderr)
	}
	for _, want := range []string{"--- a/d/out/a.go\n+++ b/d/out/a.go\n@@", "--- a/d/out/b.go\n+++ /dev/null\n", "--- /dev/null\n+++ b/d/out/c.go\n"} {
		if !strings.Contains(got.stdout, want) {
			t.Errorf("no %q in\n%s", want, got.stdout)
		}
	}
	if after := tree(t, "d"); !equalTrees(before, after) {
		t.Error("something was written")
	}
	cmd := exec.Command(live.Program(t, "git"), "apply", "-")
	cmd.Stdin = strings.NewReader(got.stdout)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s", err, out)
	}
	patched := tree(t, "d/out")
	if got := runArgs(args...); got.status != 0 {
		t.Fatal(got.stderr)
	}
	generated := tree(t, "d/out")
	delete(patched, "qapi-go.manifest.json")
	delete(generated, "qapi-go.manifest.json")
	if !equalTrees(patched, generated) {
		t.Errorf("the patch is not what generate does:\n%s", got.stdout)
	}
}

func equalTrees(a, b map[string][]byte) bool {
	for name := range a {
		if !slices.Equal(a[name], b[name]) {
			return false
		}
	}
	return len(a) == len(b)
}

// TestGenerateClean checks what --clean removes, and what it leaves.
func TestGenerateClean(t *testing.T) {
	write(t, map[string]string{"a.json": "{ 'include': 'b.json' }\n{ 'command': 'go' }\n", "b.json": "{ 'command': 'stop' }\n"})
	args := []string{"generate", "--schema", "a.json", "--out", "out"}
	if got := runArgs(args...); got.status != 0 {
		t.Fatal(got.stderr)
	}
	for name, text := range map[string]string{"a.json": "{ 'command': 'go' }\n", "out/b.go": "package mine\n", "out/own.go": "package mine\n"} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // it is said until something is done about it
		if got := runArgs(args...); got.status != 0 || !strings.Contains(got.stderr, "b.go is no longer generated, but was edited and is kept") {
			t.Errorf("status %d, %s", got.status, got.stderr)
		}
	}
	if got := runArgs(append(args, "--check")...); got.status != 1 || got.stdout != "out/b.go: orphaned\n" {
		t.Errorf("check: status %d, %s", got.status, got.stdout)
	}
	for _, want := range []string{"0 files written, 1 unchanged, 1 removed", "0 files written, 1 unchanged\n"} {
		if got := runArgs(append(args, "--clean")...); got.status != 0 || !strings.Contains(got.stderr, want) {
			t.Errorf("clean: status %d, %s, want %s", got.status, got.stderr, want)
		}
	}
	files := tree(t, "out")
	if files["own.go"] == nil || files["b.go"] != nil || files["a.go"] == nil {
		t.Errorf("there are %d files", len(files))
	}
	if got := runArgs(append(args, "--clean", "--check")...); got.status != 2 {
		t.Errorf("--clean --check: status %d", got.status)
	}
}

// TestTimings checks that --timings names the stages on stderr and changes
// nothing else.
func TestTimings(t *testing.T) {
	write(t, map[string]string{"a.json": "{ 'command': 'go' }\n"})
	stages := func(names ...string) *regexp.Regexp {
		text := "^(qapi-go: out: .*\n)?qapi-go: out: timings\n"
		for _, n := range append(names, "total") {
			text += "  " + n + ` +\d+\.\d ms\n`
		}
		return regexp.MustCompile(text + "$")
	}
	for _, test := range []struct {
		args string
		want *regexp.Regexp
	}{
		{"generate", stages("look for changes", "read and parse", "resolve", "generate", "write")},
		{"generate", stages("look for changes")},
		{"generate --check", stages("look for changes")},
		{"generate --check --dialect 10.2", stages("look for changes", "read and parse", "resolve", "generate", "compare")},
		{"docs", stages("look for changes", "read and parse", "resolve", "generate", "write")},
	} {
		got := runArgs(append(strings.Fields(test.args), "--schema", "a.json", "--out", "out", "--timings")...)
		if got.status != 0 || got.stdout != "" || !test.want.MatchString(got.stderr) {
			t.Errorf("%s: status %d, %s", test.args, got.status, got.stderr)
		}
	}
}
