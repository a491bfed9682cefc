package main

import (
	"os"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/config"
)

// TestInit holds that the configuration that init writes is right as it is and
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
	for _, want := range []string{`- schema: "third/qapi/qapi/qapi-schema.json"`, `- schema: "third/storage-daemon/storage-daemon/qapi/qapi-schema.json"`, "package: storagedaemon"} {
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

// TestInitLinked holds that --force writes to no file behind a link.
func TestInitLinked(t *testing.T) {
	for _, target := range []string{"there", "not there"} {
		t.Run(target, func(t *testing.T) {
			write(t, map[string]string{"there": "mine"})
			if err := os.Symlink(target, config.FileName); err != nil {
				t.Skip(err)
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
