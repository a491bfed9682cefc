package main

import (
	"os"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// TestControlCharacters checks that the name of a file or address cannot begin a line
// of the output, where a program may take it for a command, nor reach the terminal
// as it is.
func TestControlCharacters(t *testing.T) {
	const evil = "a\n::evil::\x1b[31m"
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		evil + ".json":          "{ 'command': 'go' }\n",
		evil + "-bad.json":      "{ 'command': 'Go' }\n",
		evil + "-includes.json": "{ 'include': 'none" + ".json' }\n",
		evil + ".yaml":          "scheme: x\n",
		"accept":                "CMD_REMOVED go because",
	} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			live.Missing(t, "no such file names here: %v", err)
		}
	}
	if err := os.MkdirAll(evil+"/1.0", 0o777); err != nil {
		t.Fatal(err)
	}
	good, bad := evil+".json", evil+"-bad.json"
	commands := [][]string{
		{evil}, {"check", good}, {"check", evil}, {"check", "qmp:unix:" + evil}, {"check", evil + ".tar:x.json"}, {"check", "git:" + evil + "@x:y"},
		{"check", bad}, {"check", evil + "-includes.json"}, {"check", "--explain-dialect", good}, {"check", "--config", evil + ".yaml"},
		{"inspect", good}, {"inspect", bad}, {"lint", good}, {"lint", bad}, {"lint", "--history", evil}, {"fmt", bad}, {"fmt", "-d", bad}, {"fmt", evil},
		{"diff", good, bad}, {"diff", good, "qmp:unix:" + evil}, {"diff", bad, "qmp:tcp:" + evil}, {"diff", good, good}, {"diff", good, good, "--format", "markdown"},
		{"diff", good, good, "--format", "github"}, {"diff", "--history", evil}, {"diff", good, good, "--accept", evil}, {"diff", good, good, "--accept", "accept"},
		{"generate", "--schema", good, "--out", evil + "out"}, {"generate", "--schema", good, "--out", evil + "out", "--check"},
		{"generate", "--schema", good, "--out", "none" + evil, "--check"}, {"generate", "--schema", good, "--out", "none" + evil, "--timings"},
		{"generate", "--schema", bad, "--out", evil + "out"}, {"generate", "--schema", good, "--out", good}, {"generate", "--package", evil, "--out", "x"},
		{"docs", "--schema", good, "--out", evil + "docs"}, {"docs", "--schema", evil, "--out", evil + "docs"},
		{"vendor", "--from", good, "--into", evil + "v"}, {"vendor", "--from", bad, "--into", evil + "v"}, {"vendor", "--from", evil, "--into", evil + "v"},
		{"explain", evil}, {"completion", evil}, {"help", evil}, {"check", "--" + evil}, {"check", "--dialect", evil, good}, {"check", "--error-format", evil, good},
	}
	for _, args := range commands {
		formats := []string{""}
		if args[0] != "explain" && args[0] != "completion" && args[0] != "help" && args[0] != evil {
			formats = []string{"", "qemu", "github", "json"}
		}
		for _, format := range formats {
			all := args
			if format != "" {
				all = append([]string{args[0], "--error-format", format}, args[1:]...)
			}
			got := runArgs(all...)
			for line := range strings.Lines(got.stdout + got.stderr) {
				if strings.HasPrefix(line, "::evil") || strings.Contains(line, "\x1b") && args[0] != "generate" {
					t.Errorf("%q: the line %q", all, line)
					break
				}
			}
		}
	}
}
