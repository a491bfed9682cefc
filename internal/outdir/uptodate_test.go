package outdir

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen"
)

// TestUpToDate checks that only a folder to which nothing at all has happened is
// up to date.
func TestUpToDate(t *testing.T) {
	inputs := map[string]string{"a.json": "{}", "../b.json": "[]"}
	read := func(path string) ([]byte, error) {
		if text, ok := inputs[path]; ok {
			return []byte(text), nil
		}
		return nil, os.ErrNotExist
	}
	meta := Meta{Generator: "go", Tool: "v1", Build: "go1.99", Schema: "a.json", Options: []string{"x=1"}}
	full := meta
	for _, path := range []string{"../b.json", "a.json"} {
		full.Inputs = append(full.Inputs, Input{path, hash([]byte(inputs[path]))})
	}
	files := []gen.File{{Path: "a.go", Data: []byte("package a\n")}, {Path: "b.go", Data: []byte("package a\n")}}

	edit := func(name, old, new string) func(dir string) {
		return func(dir string) {
			path := filepath.Join(dir, name)
			data, err := os.ReadFile(path)
			if err != nil || !strings.Contains(string(data), old) {
				t.Fatalf("no %q in %s: %v", old, name, err)
			}
			if err := os.WriteFile(path, []byte(strings.Replace(string(data), old, new, 1)), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	remove := func(name string) func(dir string) {
		return func(dir string) {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, test := range []struct {
		name   string
		change func(dir string)
		meta   func(m *Meta)
		input  string // that is changed
		want   bool
	}{
		{name: "nothing", want: true},
		{name: "input", input: "a.json"},
		{name: "include", input: "../b.json"},
		{name: "edited file", change: edit("b.go", "package a", "package b")},
		{name: "missing file", change: remove("b.go")},
		{name: "missing manifest", change: remove(ManifestName)},
		{name: "damaged manifest", change: edit(ManifestName, "{", "[")},
		{name: "manifest of other inputs", change: edit(ManifestName, `"path": "a.json"`, `"path": "c.json"`)},
		{name: "manifest without an input", change: edit(ManifestName, `"path": "../b.json"`, `"path": "a.json"`)},
		{name: "option", meta: func(m *Meta) { m.Options = []string{"x=2"} }},
		{name: "another option", meta: func(m *Meta) { m.Options = []string{"x=1", "y=1"} }},
		{name: "tool", meta: func(m *Meta) { m.Tool = "v2" }},
		{name: "build", meta: func(m *Meta) { m.Build = "go1.100" }},
		{name: "unknown build", meta: func(m *Meta) { m.Build = "" }},
		{name: "schema", meta: func(m *Meta) { m.Schema = "b.json" }},
		{name: "generator", meta: func(m *Meta) { m.Generator = "docs" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if _, err := Write(dir, files, full); err != nil {
				t.Fatal(err)
			}
			if test.change != nil {
				test.change(dir)
			}
			now := meta
			if test.meta != nil {
				test.meta(&now)
			}
			if test.input != "" {
				old := inputs[test.input]
				inputs[test.input] += " "
				defer func() { inputs[test.input] = old }()
			}
			n, ok := UpToDate(dir, now, read)
			if ok != test.want || ok && n != len(files) {
				t.Errorf("%d files, %v", n, ok)
			}
		})
	}

	for _, m := range []Meta{meta, {Generator: "go", Inputs: full.Inputs}} {
		t.Run(fmt.Sprintf("%d inputs", len(m.Inputs)), func(t *testing.T) {
			dir := t.TempDir()
			if _, err := Write(dir, files, m); err != nil {
				t.Fatal(err)
			}
			if _, ok := UpToDate(dir, m, read); ok {
				t.Error("up to date, though it cannot be known")
			}
		})
	}
}

// TestUpToDateKept checks that a folder with a file that is kept, though it is no longer
// generated, is not up to date: the next run has to name it again.
func TestUpToDateKept(t *testing.T) {
	dir := t.TempDir()
	read := func(string) ([]byte, error) { return nil, nil }
	m := Meta{Generator: "go", Build: "x", Inputs: []Input{{"a.json", hash(nil)}}}
	a, b := gen.File{Path: "a.go", Data: []byte(mark)}, gen.File{Path: "b.go", Data: []byte(mark)}
	if _, err := Write(dir, []gen.File{a, b}, m); err != nil {
		t.Fatal(err)
	}
	put(t, dir, "b.go", "package mine")
	res, err := Write(dir, []gen.File{a}, m)
	if err != nil || len(res.Kept) != 1 {
		t.Fatalf("%+v, %v", res, err)
	}
	if _, ok := UpToDate(dir, m, read); ok {
		t.Error("up to date with a file that is kept")
	}
	put(t, dir, "b.go", mark) // as it was generated: the next run would remove it
	if _, ok := UpToDate(dir, m, read); ok {
		t.Error("up to date with a kept file that has been restored")
	}
	put(t, dir, "b.go", "package mine")
	if _, err := WriteClean(dir, []gen.File{a}, m); err != nil {
		t.Fatal(err)
	}
	if n, ok := UpToDate(dir, m, read); !ok || n != 1 {
		t.Errorf("after it was removed: %d files, %v", n, ok)
	}
}
