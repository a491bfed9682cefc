package impact

import (
	"bufio"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen/golang"
	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

// module writes a module in a temporary folder: Go files of a folder of testdata,
// and the package qapi generated from a schema.
func module(t *testing.T, source string, old *ir.Schema) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", corpus.GoMod(t, "example.org/manager"))
	files, err := golang.Generate(old, golang.Options{Package: "qapi", Docs: golang.DocsNone})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		write("qapi/"+f.Path, string(f.Data))
	}
	err = fs.WalkDir(os.DirFS(filepath.Join("testdata", source)), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		text, err := os.ReadFile(filepath.Join("testdata", source, name))
		write(name, string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// analyze loads a module and returns what it is hit by.
func analyze(t *testing.T, dir string, old, new *ir.Schema) *Report {
	t.Helper()
	prog, err := Load(t.Context(), []string{"./..."}, Options{Dir: dir, Env: append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")})
	if err != nil {
		t.Fatal(err)
	}
	return Analyze(prog, old, new, compat.Options{})
}

var wantText = regexp.MustCompile(`// want (\S+ \S+)|// unseen: (.*)`)

// wants reads what the comments of a module's files expect: "file:line RULE path".
func wants(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	names, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		scan := bufio.NewScanner(f)
		for line := 1; scan.Scan(); line++ {
			for _, m := range wantText.FindAllStringSubmatch(scan.Text(), -1) {
				list = append(list, fmt.Sprintf("%s:%d %s", filepath.Base(name), line, m[1]+m[2]))
			}
		}
	}
	if len(list) == 0 {
		t.Fatal("the module expects nothing")
	}
	slices.Sort(list)
	return list
}

// found returns what a report says, in the same form.
func found(r *Report) []string {
	var list []string
	at := func(p token.Position, text string) {
		list = append(list, fmt.Sprintf("%s:%d %s", filepath.Base(p.Filename), p.Line, text))
	}
	for _, h := range r.Hits {
		for _, u := range h.Uses {
			at(u.Pos, string(h.Change.Rule)+" "+h.Change.Path)
		}
	}
	for _, u := range r.Program.Unseen {
		at(u.Pos, u.Why)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// compareHits reports false hits and misses.
func compareHits(t *testing.T, got, want []string) {
	t.Helper()
	for _, g := range got {
		if !slices.Contains(want, g) {
			t.Errorf("false: %s", g)
		}
	}
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("missed: %s", w)
		}
	}
}

// TestOwnSchema compares what hits a program that has every kind of use with what
// its comments say.
func TestOwnSchema(t *testing.T) {
	old := schematest.Load(t, filepath.Join("testdata", "own"), filepath.Join("testdata", "own", "old.json"))
	new := schematest.Load(t, filepath.Join("testdata", "own"), filepath.Join("testdata", "own", "new.json"))
	dir := module(t, "own", old)
	r := analyze(t, dir, old, new)
	compareHits(t, found(r), wants(t, dir))
}

// TestReleases does the same for programs on real releases of QEMU.
func TestReleases(t *testing.T) {
	tests := []struct{ source, old, new string }{
		{"qemu72", "7.2.0", "9.2.0"},
		{"qemu100", "10.0.0", "10.2.0"},
	}
	shared := corpus.Dir(t)
	load := func(release string) *ir.Schema {
		return schematest.Load(t, filepath.Join(shared, "corpus", release), corpus.Schemas(t, shared, release)[0].Root)
	}
	for _, test := range tests {
		t.Run(test.old+" to "+test.new, func(t *testing.T) {
			if test.old == "7.2.0" {
				live.Slow(t, "it compiles QEMU's whole package")
			}
			old, new := load(test.old), load(test.new)
			dir := module(t, test.source, old)
			compareHits(t, found(analyze(t, dir, old, new)), wants(t, dir))
		})
	}
}
