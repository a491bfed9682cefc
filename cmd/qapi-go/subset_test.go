package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// TestSubset generates parts of a schema and looks at what they declare.
func TestSubset(t *testing.T) {
	const schema = `
{ 'command': 'query-x', 'returns': 'Xinfo' }
{ 'struct': 'Xinfo', 'data': { 'x': { 'type': 'Tail', 'if': 'HAVE_TAIL' }, 'y': 'int' } }
{ 'struct': 'Tail', 'data': {} }
{ 'command': 'set-x', 'data': { 'x': 'int' }, 'if': { 'not': 'HAVE_TAIL' } }
{ 'event': 'XCHANGED', 'if': 'HAVE_TAIL' }
{ 'struct': 'Unused', 'data': {} }
`
	for _, test := range []struct {
		args       string
		want       string // declared types
		wantStatus int
		wantStderr string
	}{
		{"", "Xinfo Tail SetXArgs XchangedEvent Unused", 0, ""},
		{"--include query-x", "Xinfo Tail", 0, ""},
		{"--include query-* --include XCH*", "Xinfo Tail XchangedEvent", 0, ""},
		{"--exclude query-*", "SetXArgs XchangedEvent", 0, ""},
		{"--include *-x --exclude set*", "Xinfo Tail", 0, ""},
		{"--define HAVE_TAIL", "Xinfo Tail XchangedEvent Unused", 0, ""},
		{"--define OTHER", "Xinfo Tail SetXArgs Unused", 0, "qapi-go: no condition of the schema mentions OTHER\n"},
		{"--define HAVE_TALE", "Xinfo Tail SetXArgs Unused", 0, "qapi-go: no condition of the schema mentions HAVE_TALE; did you mean 'HAVE_TAIL'?\n"},
		{"--define OTHER --include query-x", "Xinfo", 0, "qapi-go: no condition of the schema mentions OTHER\n"},
		{"--define HAVE_TAIL --exclude set-x", "Xinfo Tail XchangedEvent", 0, ""},
		{"--define HAVE_TAIL --include set-x", "", 2, "has none of the commands and events that are asked for"},
		{"--include querry-x", "", 2, `"querry-x" matches no command or event; did you mean 'query-x'?`},
		{"--include Xinfo", "", 2, "it is a struct"},
		{"--include [", "", 2, `"[" is not a pattern`},
		{"--include query-x --exclude *", "", 2, `"*" excludes all that was left`},
	} {
		t.Run(test.args, func(t *testing.T) {
			write(t, map[string]string{"a.json": schema})
			got := runArgs(append([]string{"generate", "--schema", "a.json", "--out", "out"}, strings.Fields(test.args)...)...)
			if got.status != test.wantStatus || !strings.Contains(got.stderr, test.wantStderr) {
				t.Errorf("status %d, %q", got.status, got.stderr)
			}
			if test.wantStatus != 0 {
				if _, err := os.Stat("out"); err == nil {
					t.Error("something was written")
				}
				return
			}
			data, err := os.ReadFile("out/a.go")
			if err != nil {
				t.Fatal(err)
			}
			var types []string
			for line := range strings.Lines(string(data)) {
				if rest, ok := strings.CutPrefix(line, "type "); ok {
					if name, _, _ := strings.Cut(rest, " "); name != "Client" && name != "Handlers" {
						types = append(types, name)
					}
				}
			}
			if got := strings.Join(types, " "); got != test.want {
				t.Errorf("got the types %s, want %s", got, test.want)
			}
		})
	}
}

// TestCorpusSubset compiles parts of QEMU's schema.
func TestCorpusSubset(t *testing.T) {
	live.Slow(t, "it compiles much of QEMU's package")
	shared := corpus.Dir(t)
	module := newModule(t, "example.test/subset")
	schema := filepath.Join(shared, "corpus", "10.2.0", "qapi", "qapi-schema.json")
	for name, args := range map[string][]string{
		"query":    {"--include", "query-*"},
		"blockdev": {"--include", "blockdev-add", "--include", "BLOCK_*", "--define", "CONFIG_LINUX"},
		"decided":  {"--define", "CONFIG_LINUX", "--define", "CONFIG_POSIX", "--define", "TARGET_X86_64"},
		"without":  {"--exclude", "x-*", "--exclude", "*-sev*"},
	} {
		if got := runArgs(append([]string{"generate", "--schema", schema, "--out", filepath.Join(module, name)}, args...)...); got.status != 0 {
			t.Errorf("%s: status %d\n%s", name, got.status, got.stderr)
		}
	}
	inModule(t, module, "vet", "./...")
}

// TestSubsetIntrospection checks that servers of a part of QEMU's schema describe only that part,
// for a schema with simple unions and for a recent one.
func TestSubsetIntrospection(t *testing.T) {
	shared := corpus.Dir(t)
	for _, release := range []string{"4.2.0", "10.2.0"} {
		out := filepath.Join(t.TempDir(), "out")
		got := runArgs("generate", "--schema", filepath.Join(shared, "corpus", release, "qapi", "qapi-schema.json"), "--out", out,
			"--include", "query-qmp-schema", "--include", "quit")
		if got.status != 0 {
			t.Fatalf("%s: status %d\n%s", release, got.status, got.stderr)
		}
		data, err := os.ReadFile(filepath.Join(out, "qapi-schema.go"))
		if err != nil {
			t.Fatal(err)
		}
		commands := regexp.MustCompile(`(?m)"name":"([a-z-]+)".*"meta-type":"command"`).FindAllStringSubmatch(string(data), -1)
		var names []string
		for _, c := range commands {
			names = append(names, c[1])
		}
		slices.Sort(names)
		if want := []string{"query-qmp-schema", "quit"}; !slices.Equal(names, want) {
			t.Errorf("%s: commands %q, want %q", release, names, want)
		}
	}
}
