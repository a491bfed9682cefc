package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// TestCompletionInBash completes words in a bash without the package bash-completion.
func TestCompletionInBash(t *testing.T) {
	bash := live.Program(t, "bash")
	dir := writeFiles(t, map[string]string{"a.json": "{ 'command': 'query-a', 'data': { 'kind': 'str' } }\n{ 'command': 'query-b' }\n", "sub/x": ""})
	program := filepath.Join(dir, "bin", "qapi-go")
	if err := os.Mkdir(filepath.Dir(program), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(os.Args[0], program); err != nil {
		live.Missing(t, "no symbolic links here: %v", err)
	}
	t.Chdir(dir)
	script := `source <(qapi-go completion bash)
COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=63
read -r -a COMP_WORDS <<<"$COMP_LINE"
[[ $COMP_LINE == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
__qapi-go_values qapi-go
printf '%s\n' "${COMPREPLY[@]}"`
	for _, test := range []struct{ line, want string }{
		{"qapi-go genera", "generate"},
		{"qapi-go generate --schema a.json --include ", "query-a query-b"},
		{"qapi-go generate --schema a.json --include=query-", "query-a query-b"},
		{"qapi-go inspect a.json query-b", "query-b"},
		{"qapi-go generate --docs s", "summary"},
		{"qapi-go call --schema a.json /none query-a k", "kind="},
		{"qapi-go generate --out su", "sub"},
	} {
		cmd := exec.Command(bash, "--norc", "--noprofile", "-c", script, "bash", test.line)
		cmd.Env = []string{"PATH=" + filepath.Dir(program) + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + dir, asProgram + "=1"}
		out, err := cmd.Output() // stderr has a complaint: no key was pressed
		var words []string
		for line := range strings.Lines(string(out)) {
			word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			words = append(words, strings.TrimPrefix(word, "--include="))
		}
		if got := strings.Join(words, " "); err != nil || got != test.want {
			t.Errorf("%q: %v, %q, want %q", test.line, err, out, test.want)
		}
	}
}
