package driver_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/outdir"
	"github.com/qapi-go/qapi-go/internal/source"
)

// put writes files below a new folder, which it returns.
func put(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestLoad checks what Load returns and prints for each kind of schema.
func TestLoad(t *testing.T) {
	dir := put(t, map[string]string{
		"good.json":    "{ 'include': 'sub/t.json' }\n{ 'command': 'go' }\n",
		"sub/t.json":   "{ 'struct': 'Aa', 'data': {} }\n",
		"bad.json":     "{ 'command': 'Go' }\n{ 'command': 'stop', 'data': 'Nope' }\n",
		"nothing.json": "# nothing\n",
	})
	for _, test := range []struct {
		name, printed               string
		files, definitions, mistake int
		err                         error
	}{
		{"good.json", "", 2, 2, 0, nil},
		{"nothing.json", "", 1, 0, 0, nil},
		{"bad.json", "bad.json:1:", 1, 0, 2, nil},
		{"none.json", "nothing could be read", 0, 0, 0, driver.ErrUnreadable},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			var l driver.Loader
			got, err := l.Load(filepath.Join(dir, test.name), &out)
			if !errors.Is(err, test.err) || err != nil && !driver.Printed(err) {
				if _, stat := os.Stat(filepath.Join(dir, test.name)); stat == nil || err == nil {
					t.Fatalf("error %v, printed %s", err, out.String())
				}
				return
			}
			if !strings.Contains(out.String(), test.printed) || test.printed == "" && out.Len() > 0 {
				t.Errorf("printed %q", out.String())
			}
			if err != nil {
				return
			}
			if got.Files != test.files || got.Errors != test.mistake || (got.Schema == nil) != (test.mistake > 0) || got.Name != test.name {
				t.Errorf("%+v", got)
			}
			if got.Schema != nil && got.Definitions() != test.definitions {
				t.Errorf("%d definitions", got.Definitions())
			}
		})
	}
}

// TestLoadOne checks that nothing is generated from a schema that is wrong or empty, and
// that the user is told.
func TestLoadOne(t *testing.T) {
	for text, want := range map[string]string{
		"{ 'command': 'Go' }\n": "1 error, nothing written",
		"# nothing\n":           "s.json defines nothing, nothing written",
	} {
		src, err := source.Open(filepath.Join(put(t, map[string]string{"s.json": text}), "s.json"))
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		var l driver.Loader
		if got, err := l.LoadOne(src, &out); got != nil || !errors.Is(err, driver.ErrFindings) || !strings.Contains(out.String(), want) {
			t.Errorf("%q: %v, %v, %s", text, got, err, out.String())
		}
		if part, err := l.LoadPart(src, &out); (part.Schema == nil) != errors.Is(err, driver.ErrFindings) || (part.Schema == nil) != (part.Errors > 0) {
			t.Errorf("%q as a part: %+v, %v", text, part, err)
		}
		src.Close()
	}
}

// TestSARIF checks that there is one log for a run, at its end.
func TestSARIF(t *testing.T) {
	dir := put(t, map[string]string{"a.json": "{ 'command': 'Go' }\n", "b.json": "{ 'command': 'Stop' }\n"})
	l := driver.Loader{Format: diag.SARIF}
	var out strings.Builder
	for _, name := range []string{"a.json", "b.json"} {
		if _, err := l.Load(filepath.Join(dir, name), &out); err != nil {
			t.Fatal(err)
		}
	}
	if out.Len() > 0 {
		t.Errorf("printed before the end: %s", out.String())
	}
	if err := l.Finish(&out); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), `"version": "2.1.0"`); n != 1 || !strings.Contains(out.String(), "a.json") || !strings.Contains(out.String(), "b.json") {
		t.Errorf("%d logs: %s", n, out.String())
	}
}

// TestInputs checks that what was read is noted with its hash and licence.
func TestInputs(t *testing.T) {
	in := &driver.Inputs{Dir: "top", FS: fstest.MapFS{
		"top/a.json":   {Data: []byte("# SPDX-License-Identifier: MIT\n")},
		"top/b/c.json": {Data: []byte("# nothing\n")},
		"top/d.json":   {Data: []byte("# SPDX-License-Identifier: Apache-2.0\n")},
		"e.json":       {Data: []byte("#SPDX-License-Identifier: MIT OR BSD-2-Clause\n")},
		"top/late":     {Data: []byte(strings.Repeat("#\n", 4096) + "# SPDX-License-Identifier: ISC\n")},
	}}
	read := func(name string) {
		t.Helper()
		f, err := in.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(f); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	read("top/d.json")
	if got := in.Licence(); got != "Apache-2.0" {
		t.Errorf("licence %s", got)
	}
	for _, name := range []string{"top/b/c.json", "top/a.json", "e.json", "top/late"} {
		read(name)
	}
	if got, want := in.Licence(), "Apache-2.0 AND GPL-2.0-or-later AND MIT AND (MIT OR BSD-2-Clause)"; got != want {
		t.Errorf("licence %s, want %s", got, want)
	}
	var paths []string
	for _, i := range in.Noted() {
		paths = append(paths, i.Path)
		data, err := in.Read(i.Path)
		if err != nil || len(i.SHA256) != 64 || len(data) == 0 {
			t.Errorf("%+v: %v", i, err)
		}
	}
	if want := []string{"../e.json", "a.json", "b/c.json", "d.json", "late"}; !slices.Equal(paths, want) {
		t.Errorf("noted %v, want %v", paths, want)
	}
}

// TestOutput checks what is printed of a folder, and where, and that Check and Diff write
// nothing.
func TestOutput(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	meta := outdir.Meta{Generator: "go"}
	files := []gen.File{{Path: "a.go", Data: []byte("a\n")}}
	changed := []gen.File{{Path: "a.go", Data: []byte("b\n")}}
	for _, step := range []struct {
		name           string
		o              driver.Output
		files          []gen.File
		stdout, stderr string
		err            error
	}{
		{"missing", driver.Output{Check: true, Command: "make it"}, files, "a.go: missing\n", "2 not up to date (2 missing); run: make it", driver.ErrFindings},
		{"written", driver.Output{}, files, "", "1 file written, 0 unchanged", nil},
		{"again", driver.Output{}, files, "", "0 files written, 1 unchanged", nil},
		{"clean", driver.Output{Check: true}, files, "", "compared 1 file, all up to date", nil},
		{"changed", driver.Output{Check: true}, changed, "a.go: changed\n", "1 not up to date (1 changed)", driver.ErrFindings},
		{"differs", driver.Output{Diff: true}, changed, "-a\n+b\n", "1 not up to date (1 changed)", driver.ErrFindings},
	} {
		var stdout, stderr strings.Builder
		step.o.Dir = dir
		err := step.o.Put(&stdout, &stderr, step.files, meta)
		if !errors.Is(err, step.err) || !strings.Contains(stdout.String(), step.stdout) || step.stdout == "" && stdout.Len() > 0 || !strings.Contains(stderr.String(), step.stderr) {
			t.Errorf("%s: %v, stdout %q, stderr %q", step.name, err, stdout.String(), stderr.String())
		}
	}
	if text, err := os.ReadFile(filepath.Join(dir, "a.go")); err != nil || string(text) != "a\n" {
		t.Errorf("%q, %v", text, err)
	}
}

// TestUpToDate checks when nothing has to be generated, and that --clean always generates.
func TestUpToDate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	read := func(string) ([]byte, error) { return []byte("text"), nil }
	meta := outdir.Meta{Generator: "go", Build: "one", Inputs: []outdir.Input{{Path: "s.json", SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte("text")))}}}
	if err := (&driver.Output{Dir: dir}).Put(io.Discard, io.Discard, []gen.File{{Path: "a.go", Data: []byte("a\n")}}, meta); err != nil {
		t.Fatal(err)
	}
	other, never, rebuilt := meta, meta, meta
	other.Options, never.Generator, rebuilt.Build = []string{"x"}, "docs", "two"
	for _, test := range []struct {
		name string
		o    driver.Output
		meta outdir.Meta
		want string // what is printed; empty if it is not up to date
	}{
		{"write", driver.Output{}, meta, "0 files written, 1 unchanged"},
		{"check", driver.Output{Check: true}, meta, "compared 1 file, all up to date"},
		{"diff", driver.Output{Diff: true}, meta, "compared 1 file, all up to date"},
		{"clean", driver.Output{Clean: true}, meta, ""},
		{"other options", driver.Output{}, other, ""},
		{"a generator that has not run", driver.Output{}, never, ""},
		{"another build of the program", driver.Output{}, rebuilt, ""},
	} {
		var out strings.Builder
		test.o.Dir = dir
		ok := test.o.UpToDate(&out, test.meta, read)
		if ok != (test.want != "") || !strings.Contains(out.String(), test.want) || !ok && out.Len() > 0 {
			t.Errorf("%s: %v, %q", test.name, ok, out.String())
		}
	}
}

// TestReleases checks which folders are releases, and which release a schema is of.
func TestReleases(t *testing.T) {
	dir := put(t, map[string]string{
		"10.0.0/qapi/qapi-schema.json": "", "v2.1/qapi-schema.json": "", "notes/qapi-schema.json": "", "9.0.0/readme": "",
		"tree/qapi/qapi-schema.json": "", "tree/VERSION": "8.2.0\n", "7.0.0/qapi/qapi-schema.json": "", "7.0.0/VERSION": "7.1.0\n",
	})
	var notes strings.Builder
	found, err := driver.Releases(dir, "", &notes)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range found {
		names = append(names, r.Name)
	}
	if want := []string{"10.0.0", "7.0.0", "v2.1"}; !slices.Equal(names, want) || strings.Count(notes.String(), "not a release") != 3 {
		t.Errorf("%v, want %v; %s", names, want, notes.String())
	}
	for schema, want := range map[string]string{
		"10.0.0/qapi/qapi-schema.json": "10.0.0 <nil>",
		"v2.1/qapi-schema.json":        "v2.1 <nil>",
		"tree/qapi/qapi-schema.json":   "8.2.0 <nil>",
		"7.0.0/qapi/qapi-schema.json":  "but the file VERSION says",
		"notes/qapi-schema.json":       "unknown release",
	} {
		src, err := source.Open(filepath.Join(dir, schema))
		if err != nil {
			t.Fatal(err)
		}
		r, err := driver.ReleaseOf(schema, src)
		if got := fmt.Sprint(r.Name, " ", err); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", schema, got, want)
		}
		src.Close()
	}
	for name, ok := range map[string]bool{"10.0.0": true, "v10.0.0-rc1": true, "..": false, "a/b": false, "": false, "-x": false} {
		if err := (driver.Release{Name: name}).CheckName(); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestNote checks that a note is one line whatever is in it.
func TestNote(t *testing.T) {
	var out strings.Builder
	driver.Note(&out, "%s: %s", "a\n::evil\x1b", driver.Plural(2, "file"))
	if got, want := out.String(), "qapi-go: a␊::evil␛: 2 files\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
