package main

import (
	"os"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// TestInit checks that the configuration that init writes is right as it is and
// with all that it has in comments, and that it works.
func TestInit(t *testing.T) {
	write(t, qemuTree)
	for _, schema := range []string{"qapi", "storage-daemon/qapi"} {
		if got := runArgs("vendor", "--from", "qemu/"+schema+"/qapi-schema.json", "--into", "third/"+strings.Split(schema, "/")[0]); got.status != 0 {
			t.Fatal(got.stderr)
		}
	}
	got := runArgs("init")
	if got.status != 0 || strings.Contains(got.stdout, "vendor") || !strings.Contains(got.stdout, "qapi-go generate\x20") || !strings.Contains(got.stderr, "qapi.yaml written") {
		t.Fatalf("status %d, %s%s", got.status, got.stdout, got.stderr)
	}
	text, err := os.ReadFile(config.FileName)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`    schema: "third/qapi/qapi/qapi-schema.json"`, `    schema: "third/storage-daemon/storage-daemon/qapi/qapi-schema.json"`, "package: storagedaemon"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if got := runArgs("generate"); got.status != 0 || !strings.Contains(got.stderr, "internal/qapi: 2 files") || !strings.Contains(got.stderr, "internal/storagedaemon: 2 files") {
		t.Errorf("generate: status %d, %s", got.status, got.stderr)
	}

	if got := runArgs("init"); got.status != 2 || !strings.Contains(got.stderr, "--force") {
		t.Errorf("again: status %d, %s", got.status, got.stderr)
	}
	if err := os.WriteFile(config.FileName, []byte("mine: and longer than what is written, "+strings.Repeat("x", 5000)), 0o666); err != nil {
		t.Fatal(err)
	}
	if got := runArgs("init", "--force"); got.status != 0 {
		t.Errorf("--force: status %d, %s", got.status, got.stderr)
	}
	if again, _ := os.ReadFile(config.FileName); string(again) != string(text) {
		t.Errorf("--force has left\n%s", again)
	}

	// All that is in comments can be used.
	var all strings.Builder
	for line := range strings.Lines(string(text)) {
		trimmed := strings.TrimLeft(line, " ")
		if strings.Contains(line, ": ") && strings.HasPrefix(trimmed, "# ") && !strings.Contains(line, "qapi-go ") || strings.HasPrefix(line, "# docs:") || strings.HasPrefix(line, "#   -") {
			line = strings.Replace(line, "# ", "", 1)
			line = strings.TrimPrefix(line, "#")
		}
		all.WriteString(line)
	}
	c, err := config.Parse(config.FileName, []byte(all.String()), configRules())
	if err != nil {
		t.Fatalf("%v in\n%s", err, all.String())
	}
	if len(c.Docs) != 2 || c.Diff.FailOn != "breaking" || c.Generate[0].Docs != "summary" || c.Generate[1].Rename["Foo"] != "Bar" {
		t.Errorf("%+v from\n%s", c, all.String())
	}
}

// TestInitOneSchema checks that the only schema is that of all outputs and commands.
func TestInitOneSchema(t *testing.T) {
	write(t, qemuTree)
	for _, args := range []string{"vendor --from qemu/qapi/qapi-schema.json --into third", "init", "generate"} {
		if got := runArgs(strings.Fields(args)...); got.status != 0 {
			t.Fatalf("%s: %s", args, got.stderr)
		}
	}
	c, err := new(project).load(newGenerate())
	if err != nil || !strings.HasSuffix(c.Schema, "third/qapi/qapi-schema.json") || c.Generate[0].Schema != "" {
		t.Errorf("%+v, %v", c, err)
	}
	text, _ := os.ReadFile(config.FileName)
	if want := "# docs:\n#   - {out: \"docs/qapi\", format: [text]}\n"; !strings.Contains(string(text), want) {
		t.Errorf("no %s in\n%s", want, text)
	}
}

func TestInitWithoutSchema(t *testing.T) {
	write(t, nil)
	got := runArgs("init")
	if got.status != 0 || !strings.Contains(got.stdout, "qapi-go vendor --from") {
		t.Errorf("status %d, %s%s", got.status, got.stdout, got.stderr)
	}
	if got := runArgs("check"); got.status != 2 || !strings.Contains(got.stderr, "No such file") {
		t.Errorf("check: status %d, %s", got.status, got.stderr)
	}
}

// TestInitLinked checks that --force writes to no file behind a link.
func TestInitLinked(t *testing.T) {
	for _, target := range []string{"there", "not there"} {
		t.Run(target, func(t *testing.T) {
			write(t, map[string]string{"there": "mine"})
			if err := os.Symlink(target, config.FileName); err != nil {
				live.Missing(t, "no symbolic links here: %v", err)
			}
			for _, args := range [][]string{{"init"}, {"init", "--force"}} {
				if got := runArgs(args...); got.status != 2 || got.stdout != "" {
					t.Errorf("%s: status %d, %s%s", args, got.status, got.stdout, got.stderr)
				}
			}
			if text, _ := os.ReadFile("there"); string(text) != "mine" {
				t.Errorf("the file behind the link is %q", text)
			}
			if _, err := os.Stat("not there"); err == nil {
				t.Error("a file was made behind the link")
			}
		})
	}
}

// TestInitDocs checks what init writes and prints about the licence of copied comments.
func TestInitDocs(t *testing.T) {
	write(t, nil)
	got := runArgs("init")
	if !strings.Contains(got.stderr, "GPL-2.0-or-later") || !strings.Contains(got.stderr, `"docs: none" in qapi.yaml copies nothing`) {
		t.Errorf("stderr:\n%s", got.stderr)
	}
	for _, docs := range goDocs {
		got := runArgs("init", "--force", "--docs", docs)
		c, err := new(project).load(newGenerate())
		if got.status != 0 || err != nil || c.Generate[0].Docs != docs || strings.Contains(got.stderr, "GPL") {
			t.Errorf("--docs %s: status %d, %v\n%s", docs, got.status, err, got.stderr)
		}
	}
	if got := runArgs("init", "--force", "--docs", "some"); got.status != 2 || !strings.Contains(got.stderr, "full, summary or none") {
		t.Errorf("status %d, %s", got.status, got.stderr)
	}
	for _, test := range []struct {
		answers, want string
		asked         int
	}{{"none\n", "none", 1}, {"\n", "full", 1}, {"", "full", 1}, {"what\nNONE\n summary \n", "summary", 3}} {
		var out strings.Builder
		got, err := askDocs(strings.NewReader(test.answers), &out)
		if err != nil || got != test.want || strings.Count(out.String(), "full or none [full]: ") != test.asked || !strings.Contains(out.String(), "Apache-2.0 AND the schema's licence") {
			t.Errorf("%q: %q, %v after\n%s", test.answers, got, err, out.String())
		}
	}
}

// TestGenerateNamesLicence checks that generate prints the licence of copied comments, once.
func TestGenerateNamesLicence(t *testing.T) {
	t.Chdir(writeFiles(t, map[string]string{"a.json": lintSchema, "own.json": "# SPDX-License-Identifier: Apache-2.0\n" + lintSchema}))
	const note = "comments are copied from the schema, so the files are under "
	for _, test := range []struct {
		args, want string
		header     string
	}{
		{"--schema a.json --out x --check", "", ""},
		{"--schema a.json --out x", note + "Apache-2.0 AND GPL-2.0-or-later; with --docs none they are under Apache-2.0 alone\n", "Apache-2.0 AND GPL-2.0-or-later"},
		{"--schema a.json --out x --parts types", "", "Apache-2.0 AND GPL-2.0-or-later"},
		{"--schema a.json --out none --docs none", "", "Apache-2.0"},
		{"--schema a.json --out mit --spdx MIT", "", "MIT"},
		{"--schema own.json --out own", "", "Apache-2.0"},
		{"--schema a.json --out json --error-format json", "", "Apache-2.0 AND GPL-2.0-or-later"},
	} {
		got := runArgs(append([]string{"generate"}, strings.Fields(test.args)...)...)
		if has := strings.Contains(got.stderr, note); has != (test.want != "") || !strings.Contains(got.stderr, test.want) {
			t.Errorf("%s: status %d\n%s", test.args, got.status, got.stderr)
		}
		if test.header == "" {
			continue
		}
		dir := strings.Fields(test.args)[3]
		file, _, _ := strings.Cut(strings.Fields(test.args)[1], ".")
		text, err := os.ReadFile(dir + "/" + file + ".go")
		if err != nil || !strings.Contains(string(text), "\n// SPDX-License-Identifier: "+test.header+"\n") {
			t.Errorf("%s: %v\n%.200s", test.args, err, text)
		}
	}
}
