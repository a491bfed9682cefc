package main

import (
	"os"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// TestReleasesAsOne gives several releases to the commands that read a schema.
func TestReleasesAsOne(t *testing.T) {
	write(t, map[string]string{
		"r/1.0.0/qapi-schema.json": lampOld, "r/2.0.0/qapi-schema.json": lampNew,
		"case/1.0.0/qapi-schema.json": "{ 'enum': 'Hue', 'data': [ 'red', 'grey-ish' ] }\n",
		"case/2.0.0/qapi-schema.json": "{ 'enum': 'Hue', 'data': [ 'red', 'grey--ish' ] }\n",
		"yaml/qapi.yaml":              "schemas: [ ../r ]\ngenerate: { out: go }\ndocs: { out: doc, format: [ text, markdown ] }\n",
		"one/qapi.yaml":               "docs: { out: doc, format: [ text ], schemas: [ ../r/1.0.0/qapi-schema.json, ../r/2.0.0/qapi-schema.json ] }\n",
	})
	const one, two = "--schema r/1.0.0/qapi-schema.json ", "--schema r/2.0.0/qapi-schema.json "
	for _, tt := range []struct {
		args   string
		status int
		want   []string
	}{
		{"inspect " + one + two, 0, []string{"  lamp  r/2.0.0/qapi-schema.json:2\n", "  off   r/1.0.0/qapi-schema.json:3  (until 1.0.0, gone in 2.0.0)\n", "  BURNT  r/2.0.0/qapi-schema.json:3  (since 2.0.0)\n"}},
		{"inspect r lamp", 0, []string{"    hue: Hue, optional\n", "    dim: bool, optional, releases: since 2.0.0\n", "    grey, releases: until 1.0.0, gone in 2.0.0\n"}},
		{"inspect " + one + two + "off --format facts", 0, []string{"\"releases\": [\n    \"1.0.0\",\n    \"2.0.0\"\n  ]", "\"name\": \"off\"", "\"releases\": [\n        \"1.0.0\"\n      ]"}},
		{"inspect r --format introspection", 0, []string{`"name": "off"`, `"name": "BURNT"`, `"name": "dim"`}},
		{"inspect " + one + "off", 0, []string{"command off\n"}},
		{"inspect r nothing", 2, []string{`no definition "nothing" in 1.0.0, 2.0.0`}},
		{"inspect case --prefer 3.0.0", 2, []string{"--prefer takes one of the releases, 1.0.0 or 2.0.0"}},
		{"inspect r/1.0.0/qapi-schema.json --prefer 1.0.0", 2, []string{"--prefer needs several releases"}},
		{"inspect " + one + "--config yaml/qapi.yaml", 2, []string{"--config and --schema exclude each other"}},
		{"inspect --config yaml/qapi.yaml off", 0, []string{"gone in 2.0.0"}},
		{"lint --use GO_NAME_COLLISION case", 1, []string{"GO_NAME_COLLISION", "case/2.0.0/qapi-schema.json:1:", "case/1.0.0/qapi-schema.json:1:"}},
		{"lint --use GO_NAME_COLLISION --schema case/2.0.0/qapi-schema.json", 0, []string{"no findings"}},
		{"lint --use GO_NAME_COLLISION " + one + two, 0, []string{"no findings"}},
		{"lint " + one + "r/2.0.0/qapi-schema.json", 2, []string{"one argument too many"}},
		{"lint " + one + "--history r", 2, []string{"exclude each other"}},
		{"lint --use GO_NAME_COLLISION --config yaml/qapi.yaml", 0, []string{"2.0.0/qapi-schema.json: no findings"}},
		{"check r", 0, []string{"1.0.0/qapi-schema.json: no errors", "2.0.0/qapi-schema.json: no errors"}},
		{"check --config yaml/qapi.yaml", 0, []string{"1.0.0/qapi-schema.json: no errors", "2.0.0/qapi-schema.json: no errors"}},
		{"docs --config yaml/qapi.yaml", 0, []string{" written, "}},
		{"docs --config yaml/qapi.yaml --check", 0, []string{"up to date"}},
		{"docs --config one/qapi.yaml", 0, []string{" written, "}},
	} {
		r := runArgs(strings.Fields(tt.args)...)
		all := r.stdout + r.stderr
		if r.status != tt.status {
			t.Errorf("%s: status %d, want %d\n%s", tt.args, r.status, tt.status, all)
		}
		for _, want := range tt.want {
			if !strings.Contains(all, want) {
				t.Errorf("%s: no %q in\n%s", tt.args, want, all)
			}
		}
	}
	for _, name := range []string{"yaml/doc", "one/doc"} {
		var text strings.Builder
		for file, content := range tree(t, name) {
			text.WriteString(file + "\n" + string(content))
		}
		for _, want := range []string{"lamp", "BURNT", "1.0.0", "2.0.0"} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("%s does not have %q, of one of the releases", name, want)
			}
		}
	}
}

// TestCheckInputs changes and removes each input of a merged package: --check finds it.
func TestCheckInputs(t *testing.T) {
	const root = "{ 'include': 'more.json' }\n"
	write(t, map[string]string{
		"r/1.0.0/qapi-schema.json": root + lampOld, "r/1.0.0/more.json": "{ 'command': 'blink' }\n",
		"r/2.0.0/qapi-schema.json": root + lampNew, "r/2.0.0/more.json": "{ 'command': 'blink' }\n",
		"r/3.0.0/qapi-schema.json": root + lampNew, "r/3.0.0/more.json": "{ 'command': 'blink' }\n",
	})
	run := func(status int, want string) {
		t.Helper()
		r := runArgs("generate", "--schema", "r", "--out", "out", "--check")
		if r.status != status || !strings.Contains(r.stdout+r.stderr, want) {
			t.Errorf("status %d, want %d and %q\n%s%s", r.status, status, want, r.stdout, r.stderr)
		}
	}
	if r := runArgs("generate", "--schema", "r", "--out", "out"); r.status != 0 {
		t.Fatal(r.stderr)
	}
	run(0, "up to date")
	for _, release := range []string{"1.0.0", "2.0.0", "3.0.0"} {
		name := "r/" + release + "/more.json"
		before, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"{ 'command': 'blink', 'data': { '*fast': 'bool' } }\n", ""} {
			status, want := 1, "changed"
			if text == "" {
				status, want = 1, "more.json"
				err = os.Remove(name)
			} else {
				err = os.WriteFile(name, []byte(text), 0o666)
			}
			if err != nil {
				t.Fatal(err)
			}
			run(status, want)
			if err := os.WriteFile(name, before, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		run(0, "up to date")
	}
	if err := os.RemoveAll("r/1.0.0"); err != nil {
		t.Fatal(err)
	}
	run(1, "changed")
}

// TestDiffUsedOfReleases asks what hits a program that uses a package for several releases: of
// the step from one of the releases to the next, and of a release that is added to them.
func TestDiffUsedOfReleases(t *testing.T) {
	const more = "{ 'command': 'more' }\n"
	dir := writeFiles(t, map[string]string{
		"go.mod":                      corpus.GoMod(t, "example.org/p"),
		"r/1.0.0/qapi-schema.json":    lampOld,
		"r/2.0.0/qapi-schema.json":    lampNew,
		"all/1.0.0/qapi-schema.json":  lampOld,
		"all/2.0.0/qapi-schema.json":  lampNew,
		"all/3.0.0/qapi-schema.json":  lampNew + more,
		"wide/1.0.0/qapi-schema.json": lampOld,
		"wide/2.0.0/qapi-schema.json": lampNew,
		"wide/3.0.0/qapi-schema.json": "{ 'command': 'lamp', 'data': { '*hue': 'int' } }\n",
		"main.go": `package main

import (
	"context"

	"example.org/p/qapi"
)

func dark(ctx context.Context, c *qapi.Client, hue qapi.Hue) error {
	if err := c.Lamp(ctx, qapi.LampArgs{Hue: &hue}); err != nil {
		return err
	}
	return c.Off(ctx)
}

func main() {}
`,
	})
	t.Chdir(dir)
	t.Setenv("GOWORK", "off")
	t.Setenv("GOFLAGS", "-mod=mod")
	t.Setenv("GOPROXY", "off")
	if r := runArgs("generate", "--schema", "r", "--package", "qapi", "--out", "qapi"); r.status != 0 {
		t.Fatal(r.stderr)
	}
	for _, tt := range []struct {
		args   string
		status int
		want   string
	}{
		{"r/1.0.0/qapi-schema.json r/2.0.0/qapi-schema.json", 1, "main.go:13:11: return c.Off(ctx)"},
		{"r all", 0, "0 of 1 changes hit the code"},
		{"r wide", 1, "main.go:10:"},
	} {
		r := runArgs(append([]string{"diff", "--used", "."}, strings.Fields(tt.args)...)...)
		if r.status != tt.status || !strings.Contains(r.stdout, tt.want) {
			t.Errorf("diff %s: status %d, want %d and %q\n%s%s", tt.args, r.status, tt.status, tt.want, r.stdout, r.stderr)
		}
	}
}
