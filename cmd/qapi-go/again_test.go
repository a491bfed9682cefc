package main

import (
	"os"
	"strings"
	"testing"
)

// TestGenerateAgain checks that a second run notices whatever has changed.
func TestGenerateAgain(t *testing.T) {
	for _, test := range []struct {
		name  string
		write map[string]string // before the second run
		args  []string          // added to it
		want  string            // in its summary
	}{
		{"nothing", nil, nil, "0 files written, 2 unchanged"},
		{"same text again", map[string]string{"b.json": "{ 'command': 'stop' }\n"}, nil, "0 files written, 2 unchanged"},
		{"root", map[string]string{"a.json": "{ 'include': 'b.json' }\n{ 'command': 'run' }\n"}, nil, "1 file written, 1 unchanged"},
		{"include", map[string]string{"b.json": "{ 'command': 'halt' }\n"}, nil, "2 files written, 0 unchanged"},
		{"edited", map[string]string{"out/b.go": "package edited\n"}, nil, "1 file written, 1 unchanged"},
		{"docs", nil, []string{"--docs", "none"}, "2 files written, 0 unchanged"},
		{"parts", nil, []string{"--parts", "types"}, "2 files written, 0 unchanged"},
		{"package", nil, []string{"--package", "p"}, "2 files written, 0 unchanged"},
		{"rename", nil, []string{"--rename", "stop=Halt"}, "2 files written, 0 unchanged"},
		{"exclude", nil, []string{"--exclude", "stop"}, "1 file written, 0 unchanged, 1 removed"},
		{"licence", nil, []string{"--spdx", "MIT"}, "2 files written, 0 unchanged"},
		{"licence of the schema", map[string]string{"b.json": "# SPDX-License-Identifier: ISC\n{ 'command': 'stop' }\n"}, nil, "2 files written, 0 unchanged"},
		{"define", nil, []string{"--define", "X"}, "no condition of the schema mentions X"},
	} {
		t.Run(test.name, func(t *testing.T) {
			write(t, map[string]string{"a.json": "{ 'include': 'b.json' }\n{ 'command': 'go' }\n", "b.json": "{ 'command': 'stop' }\n"})
			args := []string{"generate", "--schema", "a.json", "--out", "out"}
			if got := runArgs(args...); got.status != 0 {
				t.Fatalf("status %d, %s", got.status, got.stderr)
			}
			for name, text := range test.write {
				if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			args = append(args, test.args...)
			for _, want := range []string{test.want, "0 files written"} {
				got := runArgs(args...)
				if got.status != 0 || !strings.Contains(got.stderr, want) {
					t.Errorf("status %d, %q, want %q", got.status, got.stderr, want)
				}
			}
			if test.name == "define" {
				if got := runArgs(args...); !strings.Contains(got.stderr, test.want) {
					t.Errorf("the note is not repeated: %q", got.stderr)
				}
			}
		})
	}
}

// TestLicence checks which licence generated files name.
func TestLicence(t *testing.T) {
	const apache, mit = "# SPDX-License-Identifier: Apache-2.0\n", "# SPDX-License-Identifier: MIT OR ISC\n"
	for _, test := range []struct{ name, a, b, args, want string }{
		{"QEMU's", "", "", "", "Apache-2.0 AND GPL-2.0-or-later"},
		{"summary", "", "", "--docs=summary", "Apache-2.0 AND GPL-2.0-or-later"},
		{"no prose", "", "", "--docs=none", "Apache-2.0"},
		{"ours", apache, apache, "", "Apache-2.0"},
		{"one file says nothing", apache, "", "", "Apache-2.0 AND GPL-2.0-or-later"},
		{"another", mit, apache, "", "Apache-2.0 AND (MIT OR ISC)"},
		{"set", "", "", "--spdx=MIT", "MIT"},
		{"set without prose", mit, "", "--spdx=MIT --docs=none", "MIT"},
	} {
		t.Run(test.name, func(t *testing.T) {
			write(t, map[string]string{"a.json": test.a + "{ 'include': 'b.json' }\n{ 'command': 'go' }\n", "b.json": test.b + "{ 'command': 'stop' }\n"})
			got := runArgs(append([]string{"generate", "--schema", "a.json", "--out", "out"}, strings.Fields(test.args)...)...)
			if got.status != 0 {
				t.Fatalf("status %d, %s", got.status, got.stderr)
			}
			for _, name := range []string{"out/a.go", "out/b.go"} {
				data, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				if lines := strings.Split(string(data), "\n"); lines[1] != "// SPDX-License-Identifier: "+test.want {
					t.Errorf("%s: %s, want %s", name, lines[1], test.want)
				}
			}
		})
	}
	t.Run("malformed", func(t *testing.T) {
		write(t, nil)
		if got := runArgs("generate", "--out", "out", "--spdx", "MIT\n*/"); got.status != 2 {
			t.Errorf("status %d", got.status)
		}
	})
}
