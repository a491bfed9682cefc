package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// snapshot reads all files below a folder, but for those that the go command may
// rewrite.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "go.mod" || name == "go.sum" {
			return err
		}
		data, err := os.ReadFile(name)
		files[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// sameFiles reports files that differ.
func sameFiles(t *testing.T, what string, before, after map[string]string) {
	t.Helper()
	for name, text := range after {
		if was, ok := before[name]; !ok || was != text {
			t.Errorf("%s changed %s", what, name)
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			t.Errorf("%s removed %s", what, name)
		}
	}
}

// upgradeProject makes a module that uses the package of a vendored schema.
func upgradeProject(t *testing.T, config, vendor string) {
	t.Helper()
	write(t, map[string]string{
		"go.mod":  corpus.GoMod(t, "example.org/p"),
		"main.go": usedProgram, "qapi.yaml": config,
		"src/1.0.0/qapi/qapi-schema.json":  diffOld,
		"src/2.0.0/qapi/qapi-schema.json":  diffNew,
		"src/3.0.0/qapi/qapi-schema.json":  diffOld + "{ 'command': 'more' }\n",
		"src/bad/qapi/qapi-schema.json":    "{ 'command': 'stop' ",
		"src/clash/qapi/qapi-schema.json":  diffOld + "{ 'command': 'a-b' } { 'command': 'a--b' }\n",
		"src/elsewhere/qapi-schema-2.json": diffOld,
	})
	t.Setenv("GOWORK", "off")
	t.Setenv("GOFLAGS", "-mod=mod")
	t.Setenv("GOPROXY", "off")
	for _, args := range [][]string{{"vendor", "--from", "src/1.0.0/qapi/qapi-schema.json", "--into", vendor}, {"generate"}} {
		if r := runArgs(args...); r.status != 0 {
			t.Fatalf("%v: %s", args, r.stderr)
		}
	}
}

func runUpgrade(t *testing.T, args string, status int, stdout, stderr string) {
	t.Helper()
	r := runArgs(append([]string{"upgrade"}, strings.Fields(args)...)...)
	if r.status != status || !strings.Contains(r.stdout, stdout) || !strings.Contains(r.stderr, stderr) {
		t.Errorf("upgrade %s: status %d, want %d\n%s%s", args, r.status, status, r.stdout, r.stderr)
	}
}

// TestUpgrade replaces a vendored schema: all or nothing.
func TestUpgrade(t *testing.T) {
	upgradeProject(t, "schema: schema/qapi/qapi-schema.json\ngenerate: { out: qapi, package: qapi }\n", "schema")
	before := snapshot(t, ".")
	unchanged := func(what string) {
		t.Helper()
		sameFiles(t, what, before, snapshot(t, "."))
	}
	const hit = "stop: command was removed [COMMAND_REMOVED]"
	runUpgrade(t, "--from src/2.0.0 --dry-run", 1, hit, "1 file would change; nothing was changed")
	unchanged("--dry-run")
	runUpgrade(t, "--from src/2.0.0 --dry-run --fail-on none --format github", 0, "::error file=main.go,line=13", "nothing was changed")
	unchanged("--dry-run")
	runUpgrade(t, "--from src/bad", 1, "", "1 error")
	unchanged("a schema with errors")
	runUpgrade(t, "--from src/none", 2, "", "nothing could be read")
	unchanged("a schema that is not there")
	runUpgrade(t, "--from src/clash", 1, "", "all files were restored")
	unchanged("a schema whose names clash")
	runUpgrade(t, "--from src/elsewhere/qapi-schema-2.json", 2, "", "vendor it by hand")
	unchanged("a schema of another place")
	runUpgrade(t, "--from src/2.0.0 --used ./none", 2, "", "nothing was changed")
	unchanged("code that is not there")
	const vendored = "schema/qapi/qapi-schema.json"
	if err := os.WriteFile(vendored, []byte(before[vendored]+"# mine\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	runUpgrade(t, "--from src/2.0.0", 1, vendored+": edited by hand\n", "1 file edited since the last copy; nothing was changed\n")
	if err := os.WriteFile(vendored, []byte(before[vendored]), 0o666); err != nil {
		t.Fatal(err)
	}
	unchanged("a vendored file that was edited")
	runUpgrade(t, "", 2, "", "--from SCHEMA is required")
	runUpgrade(t, "--from src/2.0.0 --format odd", 2, "", "--format takes")

	runUpgrade(t, "--from src/2.0.0", 1, hit, "copied src/2.0.0/qapi/qapi-schema.json to schema: 1 file")
	if got, _ := os.ReadFile(vendored); string(got) != diffNew {
		t.Error("the new schema was not copied")
	}
	if got, _ := os.ReadFile("qapi/qapi-schema.go"); strings.Contains(string(got), "func (c *Client) Stop(") {
		t.Error("the package was not generated")
	}
	if r := runArgs("generate", "--check"); r.status != 0 {
		t.Errorf("the package is not up to date: %s%s", r.stdout, r.stderr)
	}
	if r := runArgs("check", "schema/qapi/qapi-schema.json"); r.status != 0 {
		t.Errorf("the vendored schema is not right: %s%s", r.stdout, r.stderr)
	}
}

// TestUpgradeReleases adds a release to a package for several.
func TestUpgradeReleases(t *testing.T) {
	upgradeProject(t, "schemas: [ releases ]\ngenerate: { out: qapi, package: qapi }\n", "releases/1.0.0")
	before := snapshot(t, ".")
	runUpgrade(t, "--from src/3.0.0 --dry-run", 0, "0 of 1 changes hit the code", "nothing was changed")
	sameFiles(t, "--dry-run", before, snapshot(t, "."))
	runUpgrade(t, "--from src/2.0.0", 0, "changes hit the code", "copied src/2.0.0/qapi/qapi-schema.json to releases/2.0.0: 1 file")
	text, _ := os.ReadFile("qapi/qapi-schema.go")
	for _, want := range []string{"// Releases: until 1.0.0, gone in 2.0.0.\nfunc (c *Client) Stop(", "func (c *Client) Probe("} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the package lacks %q", want)
		}
	}
}

// TestUpgradeChosen checks which schema of a configuration is replaced, and that documentation is
// generated, too.
func TestUpgradeChosen(t *testing.T) {
	const (
		mine  = "schema/qapi/qapi-schema.json"
		other = "other/qapi/qapi-schema.json"
	)
	upgradeProject(t, "generate: { out: qapi, package: qapi, schema: "+mine+" }\ndocs: { out: doc, format: [text], schema: "+mine+" }\n", "schema")
	if r := runArgs("docs"); r.status != 0 {
		t.Fatal(r.stderr)
	}
	runUpgrade(t, "--from src/2.0.0 --fail-on none", 0, "COMMAND_REMOVED", "copied src/2.0.0/qapi/qapi-schema.json to schema: 1 file")
	for _, command := range []string{"generate", "docs"} {
		if r := runArgs(command, "--check"); r.status != 0 {
			t.Errorf("%s is not up to date: %s%s", command, r.stdout, r.stderr)
		}
	}

	if r := runArgs("vendor", "--from", "src/1.0.0/qapi/qapi-schema.json", "--into", "other"); r.status != 0 {
		t.Fatal(r.stderr)
	}
	several := "generate: [ { out: qapi, package: qapi, schema: " + mine + " }, { out: other/go, schema: " + other + " } ]\n"
	if err := os.WriteFile("qapi.yaml", []byte(several), 0o666); err != nil {
		t.Fatal(err)
	}
	runUpgrade(t, "--from src/3.0.0", 2, "", "names 2 schemas; choose one with --replace: ")
	runUpgrade(t, "--from src/3.0.0 --replace none", 2, "", "names no schema none; it names ")
	runUpgrade(t, "--from src/3.0.0 --replace ./"+other+" --dry-run --used ./qapi", 0, "0 of 1 changes hit the code", "other: 1 file would change")
	if err := os.WriteFile("qapi.yaml", []byte("version: 1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	runUpgrade(t, "--from src/3.0.0", 2, "", "names no schema to replace")
}

// TestUpgradeDialect checks that schemas are read by the dialect of qapi.yaml, as generate does.
func TestUpgradeDialect(t *testing.T) {
	const old = "{ 'enum': 'K1', 'data': [ 'a' ] }\n" // newer compilers want lower-case letters
	write(t, map[string]string{
		"go.mod": "module example.org/p\n\ngo 1.25\n", "p.go": "package p\n",
		"qapi.yaml":                   "schema: schema/qapi/qapi-schema.json\ndialect: 2.12\ngenerate: { out: qapi }\n",
		"1.0.0/qapi/qapi-schema.json": old, "2.0.0/qapi/qapi-schema.json": old + "{ 'enum': 'K2', 'data': [ 'a' ] }\n",
	})
	if r := runArgs("vendor", "--from", "1.0.0/qapi/qapi-schema.json", "--into", "schema", "--dialect", "2.12"); r.status != 0 {
		t.Fatal(r.stderr)
	}
	runUpgrade(t, "--from 2.0.0 --used .", 0, "changes hit the code", "copied 2.0.0/qapi/qapi-schema.json to schema: 1 file")
	runUpgrade(t, "--from 2.0.0 --dialect 10.0", 2, "", "unknown flag: --dialect")
}

// TestUpgradePart checks that a file that another one includes is not taken for the vendored
// schema, which would remove the other files.
func TestUpgradePart(t *testing.T) {
	write(t, map[string]string{
		"go.mod": "module example.org/p\n\ngo 1.25\n", "p.go": "package p\n",
		"qapi.yaml":                   "schema: schema/qapi/part.json\ngenerate: { out: qapi }\n",
		"1.0.0/qapi/qapi-schema.json": "{ 'include': 'part.json' }\n", "1.0.0/qapi/part.json": "{ 'command': 'a' }\n",
	})
	if r := runArgs("vendor", "--from", "1.0.0/qapi/qapi-schema.json", "--into", "schema"); r.status != 0 {
		t.Fatal(r.stderr)
	}
	before := snapshot(t, ".")
	root := filepath.Join("schema", "qapi", "qapi-schema.json")
	runUpgrade(t, "--from 1.0.0", 2, "", "schema/qapi/part.json is a part of the schema that was copied to schema, of which "+root+" is the root file")
	sameFiles(t, "upgrade", before, snapshot(t, "."))
}
