package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func TestCompletion(t *testing.T) {
	for _, test := range []struct {
		args string
		want []string // some of what is offered
	}{
		{"|", []string{"generate", "docs", "completion"}},
		{"gen|", []string{"generate"}},
		{"completion |", []string{"bash", "zsh", "fish", "powershell"}},
		{"explain DOC_S|", []string{"DOC_SINCE"}},
		{"explain unknown|", []string{"unknown-type"}},
		{"generate --pa|", []string{"--parts", "--package"}},
		{"generate --parts |", []string{"types", "client", "events", "server"}},
		{"generate --parts types,c|", []string{"types,client"}},
		{"generate --docs s|", []string{"summary"}},
		{"generate --error-format |", []string{"text", "json", "github", "sarif", "qemu"}},
		{"generate --dialect |", []string{"auto"}},
		{"docs --format |", []string{"text"}},
		{"inspect --format |", []string{"list", "facts", "introspection"}},
		{"diff --format |", []string{"text", "json", "markdown", "github", "accept"}},
		{"diff --fail-on |", []string{"breaking", "warning", "none"}},
		{"diff --level send,|", []string{"send,recv", "send,go"}},
		{"lint --use |", []string{"STANDARD", "DOC_SINCE"}},
		{"lint --except LINE_70,DOC_X|", []string{"LINE_70,DOC_XREF_BROKEN"}},
	} {
		args := strings.Split(strings.TrimSuffix(test.args, "|"), " ")
		got := runArgs(append([]string{"__complete"}, args...)...)
		var offered []string
		for line := range strings.Lines(got.stdout) {
			word, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
			offered = append(offered, word)
		}
		for _, want := range test.want {
			if got.status != 0 || !slices.Contains(offered, want) {
				t.Errorf("%s: status %d, %v; want %s", test.args, got.status, offered, want)
			}
		}
	}
}

// TestCompletionOfFlags checks that each flag whose help lists words completes
// them.
func TestCompletionOfFlags(t *testing.T) {
	for _, cmd := range newRoot().Commands() {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			complete, ok := cmd.GetFlagCompletionFunc(f.Name)
			if !strings.Contains(f.Usage, " or ") || strings.Contains(f.Usage, "`") || f.Value.Type() == "bool" {
				return
			}
			if !ok {
				t.Errorf("%s --%s: %s: nothing is completed", cmd.Name(), f.Name, f.Usage)
				return
			}
			words, directive := complete(cmd, nil, "")
			if len(words) < 2 || directive != cobra.ShellCompDirectiveNoFileComp {
				t.Errorf("%s --%s completes %v", cmd.Name(), f.Name, words)
			}
			for _, w := range words {
				if !strings.Contains(f.Usage, w) {
					t.Errorf("%s --%s completes %s: %s", cmd.Name(), f.Name, w, f.Usage)
				}
			}
		})
	}
}

func TestCompletionScripts(t *testing.T) {
	for _, test := range []struct {
		args       string
		wantStatus int
		want       string
	}{
		{"completion bash", 0, "__start_qapi-go"},
		{"completion bash", 0, "complete -o default -F __qapi-go_values qapi-go"},
		{"completion zsh", 0, "#compdef qapi-go"},
		{"completion fish", 0, "complete -c qapi-go"},
		{"completion powershell", 0, "Register-ArgumentCompleter"},
		{"completion", 2, "bash, zsh, fish or powershell"},
		{"completion nope", 2, `there is no completion for "nope"`},
		{"completion bsh", 2, "did you mean bash?"},
		{"completion bash zsh", 2, "takes one shell"},
		{"help completion", 0, "completion bash"},
	} {
		got := runArgs(strings.Fields(test.args)...)
		if got.status != test.wantStatus || !strings.Contains(got.stdout+got.stderr, test.want) {
			t.Errorf("%s: status %d, %.200s", test.args, got.status, got.stdout+got.stderr)
		}
		if (got.status == 0) != (got.stderr == "") {
			t.Errorf("%s: stderr %q", test.args, got.stderr)
		}
	}
}

// TestCompletionOfNames completes what a schema defines.
func TestCompletionOfNames(t *testing.T) {
	write(t, map[string]string{
		"a.json": "{ 'command': 'query-a', 'returns': 'Ab' }\n{ 'struct': 'Ab', 'data': {} }\n{ 'event': 'GONE' }\n",
		"b.json": "{ 'command': 'query-b' }\n", "bad.json": "{ 'command': ",
		"p/qapi.yaml": "schema: ../b.json\ngenerate: {out: x}\n", "q/qapi/qapi-schema.json": "{ 'command': 'in-folder' }\n",
		"r/1.0/qapi-schema.json": "{ 'command': 'in-release' }\n",
	})
	for _, test := range []struct{ args, want string }{
		{"generate --schema a.json --include |", "query-a\nGONE\n:4\n"},
		{"generate --schema a.json --include query-a --exclude G|", "GONE\n:4\n"},
		{"generate --schema a.json --schema b.json --include query|", "query-a\nquery-b\n:4\n"},
		{"generate --schema q --include |", "in-folder\n:4\n"},
		{"generate --schema r --include |", "in-release\n:4\n"},
		{"generate --schema bad.json --include |", ":4\n"},
		{"generate --include query-stati|", ":4\n"},
		{"generate --include query-status|", "query-status\n:4\n"},
		{"generate --config p/qapi.yaml --include |", "query-b\n:4\n"},
		{"inspect a.json |", "query-a\nAb\nGONE\n:4\n"},
		{"inspect a.json query-a A|", "Ab\n:4\n"},
		{"inspect |", ":0\n"},
	} {
		got := runArgs(append([]string{"__complete"}, strings.Split(strings.TrimSuffix(test.args, "|"), " ")...)...)
		if got.stdout != test.want {
			t.Errorf("%s: %q, want %q\n%s", test.args, got.stdout, test.want, got.stderr)
		}
	}
}

// TestCompletionOfCalls completes commands, arguments and values of a schema.
func TestCompletionOfCalls(t *testing.T) {
	write(t, map[string]string{"a.json": `{ 'enum': 'Color', 'data': [ 'red', 'green' ] }
{ 'command': 'paint', 'data': { 'color': 'Color', '*name': 'str' } }
{ 'event': 'PAINTED' }
`})
	for _, test := range []struct{ args, want string }{
		{"call --schema a.json /none |", "paint"},
		{"call --schema a.json /none paint |", "color="},
		{"call --schema a.json /none paint color=red |", "name="},
		{"call --schema a.json /none paint color=|", "color=green"},
		{"events --schema a.json /none P|", "PAINTED"},
		{"shell un|", "unix:"},
	} {
		got := runArgs(append([]string{"__complete"}, strings.Split(strings.TrimSuffix(test.args, "|"), " ")...)...)
		if !strings.Contains(got.stdout, test.want) {
			t.Errorf("%s: %s%s", test.args, got.stdout, got.stderr)
		}
	}
}
