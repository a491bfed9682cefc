package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	lampOld = "{ 'enum': 'Hue', 'data': [ 'red', 'grey' ] }\n{ 'command': 'lamp', 'data': { 'hue': 'Hue' } }\n{ 'command': 'off' }\n"
	lampNew = "{ 'enum': 'Hue', 'data': [ 'red' ] }\n{ 'command': 'lamp', 'data': { '*hue': 'Hue', '*dim': 'bool' } }\n{ 'event': 'BURNT' }\n"
)

// readFiles reads all files of a folder.
func readFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(data)
	}
	return files
}

// TestGenerateReleases generates one package for several releases.
func TestGenerateReleases(t *testing.T) {
	write(t, map[string]string{
		"r/1.0.0/qapi-schema.json": lampOld, "r/2.0.0/qapi-schema.json": lampNew, "r/README": "",
		"again/2.0.0/qapi-schema.json": lampNew, "other/2.0.0/qapi-schema.json": lampOld,
		"case/1.0.0/qapi-schema.json": "{ 'enum': 'Hue', 'data': [ 'red', 'grey-ish' ] }\n", "case/2.0.0/qapi-schema.json": "{ 'enum': 'Hue', 'data': [ 'red', 'grey--ish' ] }\n",
		"qapi.yaml": "schemas: [ r/1.0.0/qapi-schema.json, r/2.0.0/qapi-schema.json ]\ngenerate: { out: fromyaml }\n",
	})
	const one, two = "--schema r/1.0.0/qapi-schema.json", "--schema r/2.0.0/qapi-schema.json"
	run := func(args string, status int, want string) {
		t.Helper()
		r := runArgs(append([]string{"generate"}, strings.Fields(args)...)...)
		if r.status != status || !strings.Contains(r.stdout+r.stderr, want) {
			t.Errorf("generate %s: status %d, want %d and %q\n%s%s", args, r.status, status, want, r.stdout, r.stderr)
		}
	}
	run(one+" "+two+" --out both", 0, " written, ")
	text := readFiles(t, "both")["qapi-schema.go"]
	for _, want := range []string{
		"Hue *Hue `json:\"hue,omitzero\"`",
		"// Releases: since 2.0.0.\n\tDim *bool",
		"// Releases: until 1.0.0, gone in 2.0.0.\n\tHueGrey Hue = \"grey\"",
		"// Releases: until 1.0.0, gone in 2.0.0.\nfunc (c *Client) Off(",
		"off - 2.0.0\n",
		" .dim 2.0.0 -\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the package lacks %q:\n%s", want, text)
		}
	}
	for _, want := range []string{
		"func ReleaseFeatures(release string) (*qmp.Features, error) {",
		"const releaseTable = `1.0.0 2.0.0\n",
		"\n1 {\"name\":\"off\",",
		"\n2 {\"name\":\"BURNT\",",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the package does not tell of its releases: no %q:\n%s", want, text)
		}
	}
	run(one+" "+two+" --out part --include lamp", 0, " written, ")
	if text := readFiles(t, "part")["qapi-schema.go"]; strings.Contains(text, "\"off\"") || !strings.Contains(text, "\n3 {\"name\":\"lamp\",") {
		t.Errorf("the table of a part of the schema:\n%s", text)
	}
	run(one+" "+two+" --out client --parts types,client", 0, " written, ")
	if strings.Contains(readFiles(t, "client")["qapi-schema.go"], "releaseTable") {
		t.Error("there is a table for servers without a server")
	}
	run(one+" "+two+" --out both", 0, "1 unchanged")
	run(one+" "+two+" --out both --check", 0, "up to date")
	run(one+" --out both --check", 1, "changed")
	run("--schema r --out folder", 0, " written, ")
	run(two+" "+one+" --out order", 0, " written, ")
	run("--config qapi.yaml", 0, " written, ")
	for _, dir := range []string{"folder", "order", "fromyaml"} {
		if got := readFiles(t, dir)["qapi-schema.go"]; got != text {
			t.Errorf("%s has another package than both", dir)
		}
	}

	// One release given twice is that release, the manifest included.
	run(two+" --out single", 0, " written, ")
	run(two+" "+two+" --out twice", 0, " written, ")
	single, twice := readFiles(t, "single"), readFiles(t, "twice")
	for name, text := range single {
		if twice[name] != text {
			t.Errorf("%s differs if the release is given twice", name)
		}
	}
	run(two+" --schema again/2.0.0/qapi-schema.json --out copies", 0, " written, ")
	if readFiles(t, "copies")["qapi-schema.go"] != single["qapi-schema.go"] {
		t.Error("two copies of a release are not that release")
	}
	run(two+" --schema other/2.0.0/qapi-schema.json --out wrong", 2, "different schemas of one release, 2.0.0")

	run("--schema case --out case.out", 1, "--prefer the one of a release")
	run("--schema case --out case.out --prefer 1.0.0", 0, " written, ")
	if text := readFiles(t, "case.out")["qapi-schema.go"]; !strings.Contains(text, `HueGreyIsh Hue = "grey-ish"`) || !strings.Contains(text, `HueGreyIshIn2_0_0 Hue = "grey--ish"`) {
		t.Errorf("the preferred release does not keep its name:\n%s", text)
	}
	run("--schema case --out case.out --prefer 3.0.0", 2, "1.0.0 or 2.0.0")
	run(two+" --out single --prefer 2.0.0", 2, "several --schema")

	if err := os.WriteFile("r/1.0.0/qapi-schema.json", []byte(lampOld+"{ 'command': 'more' }\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	run(one+" "+two+" --out both --check", 1, "changed")
}
