package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// formatFiles are schemas with and without errors.
var formatFiles = map[string]string{
	"good.json": "{ 'command': 'go' }\n",
	"bad.json":  "{ 'include': 'sub.json' }\n{ 'command': 'go', 'returns': 'Fooo' }\n",
	"sub.json":  "{ 'struct': 'Foo', 'data': {} }\n{ 'struct' }\n",
}

// TestErrorFormats checks what check prints in each format of several schemas,
// one of which is missing: all of it on stderr, and in formats for programs
// nothing else. The exit status does not depend on the format.
func TestErrorFormats(t *testing.T) {
	write(t, formatFiles)
	for _, test := range []struct {
		format string
		check  func(t *testing.T, stderr string)
	}{
		{"json", func(t *testing.T, stderr string) {
			var got []string
			for line := range strings.Lines(stderr) {
				var d struct {
					Severity, Code, File, Message, In string
					Line, Column, EndLine, EndColumn  int
					Notes                             []struct{ Message string }
					IncludedFrom                      []struct{ File string }
				}
				dec := json.NewDecoder(strings.NewReader(line))
				if err := dec.Decode(&d); err != nil {
					t.Fatalf("%v: %s", err, line)
				}
				if d.Severity != "error" || d.Message == "" {
					t.Errorf("%+v", d)
				}
				got = append(got, d.Code+" "+d.File)
			}
			if want := "unknown-type bad.json, syntax sub.json, read-file "; strings.Join(got, ", ") != want {
				t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
			}
		}},
		{"sarif", func(t *testing.T, stderr string) {
			var log struct {
				Version string
				Runs    []struct{ Results []struct{ RuleID string } }
			}
			dec := json.NewDecoder(strings.NewReader(stderr))
			if err := dec.Decode(&log); err != nil {
				t.Fatal(err)
			}
			if dec.More() {
				t.Error("there is more than one log")
			}
			if log.Version != "2.1.0" || len(log.Runs) != 1 || len(log.Runs[0].Results) != 3 {
				t.Errorf("%+v", log)
			}
		}},
		{"github", func(t *testing.T, stderr string) {
			if n := strings.Count(stderr, "\n"); n != 3 || strings.Count("\n"+stderr, "\n::error ") != n {
				t.Errorf("%s", stderr)
			}
		}},
		{"qemu", func(t *testing.T, stderr string) {
			want := "In file included from bad.json:1:\nsub.json:2:12: expected ':'\n" +
				"can't read schema file 'no.json': No such file or directory\n"
			if stderr != want {
				t.Errorf("got\n%swant\n%s", stderr, want)
			}
		}},
		{"text", func(t *testing.T, stderr string) {
			for _, want := range []string{
				"bad.json:2:31: error: in command 'go': command's 'returns' uses unknown type 'Fooo' [unknown-type]\n",
				"\n  note: did you mean 'Foo'?\n",
				"\n  bad.json:1:1: note: included from here\n",
				"\nqapi-go: bad.json: 2 errors in 2 files\n",
				"qapi-go: good.json: no errors in 1 file, 1 definition\n",
			} {
				if !strings.Contains(stderr, want) {
					t.Errorf("%q is not in\n%s", want, stderr)
				}
			}
		}},
	} {
		t.Run(test.format, func(t *testing.T) {
			got := runArgs("check", "--error-format", test.format, "bad.json", "good.json", "no.json")
			if got.status != exitFailed || got.stdout != "" {
				t.Errorf("status %d, stdout %q", got.status, got.stdout)
			}
			test.check(t, got.stderr)
			for schema, status := range map[string]int{"bad.json": exitFindings, "good.json": exitClean, "no.json": exitFailed} {
				if got := runArgs("check", "--error-format", test.format, schema); got.status != status {
					t.Errorf("%s: status %d, want %d", schema, got.status, status)
				}
			}
		})
	}
}

// TestErrorFormatsElsewhere checks that the other commands that read schemas
// print in the same formats, and nothing else where a program reads.
func TestErrorFormatsElsewhere(t *testing.T) {
	for _, args := range [][]string{
		{"generate", "--out", "out", "--schema"}, {"docs", "--out", "out", "--schema"}, {"inspect"},
	} {
		t.Run(args[0], func(t *testing.T) {
			write(t, formatFiles)
			for schema, status := range map[string]int{"bad.json": exitFindings, "good.json": exitClean, "no.json": exitFailed} {
				for _, format := range []string{"json", "sarif"} {
					got := runArgs(append(args, schema, "--error-format", format)...)
					if got.status != status {
						t.Errorf("%s: status %d, want %d: %s", schema, got.status, status, got.stderr)
					}
					dec := json.NewDecoder(strings.NewReader(got.stderr))
					for dec.More() {
						var v map[string]any
						if err := dec.Decode(&v); err != nil {
							t.Errorf("%s in %s: %v in %s", schema, format, err, got.stderr)
							break
						}
					}
					if (got.stderr == "") != (format == "json" && status == exitClean) {
						t.Errorf("%s in %s: stderr %q", schema, format, got.stderr)
					}
				}
			}
		})
	}
}
