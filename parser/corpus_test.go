package parser

import (
	"encoding/json"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"testing"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// releases lists the releases of the corpus.
var releases = []string{
	"1.1.0", "1.7.0", "2.3.50", "2.8.0", "2.12.0", "4.2.0", "6.1.0", "7.2.0", "9.2.0", "10.0.0", "10.2.0",
}

// loadCorpus loads a schema of the corpus, which must have no errors.
func loadCorpus(t testing.TB, dir string, s corpus.Schema) (*token.FileSet, *Result) {
	t.Helper()
	top := filepath.Join(dir, "corpus", s.Release)
	root, err := filepath.Rel(top, s.Root)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var errs diag.List
	res := Load(fset, Source{FS: os.DirFS(top), Root: filepath.ToSlash(root)}, &errs)
	if errs.Len() > 0 {
		p := diag.Printer{Fset: fset, Lookup: res.Lookup}
		if err := p.Print(os.Stderr, &errs); err != nil {
			t.Error(err)
		}
		t.Fatalf("%s %s: %d diagnostics, want none", s.Release, s.Name, errs.Len())
	}
	return fset, res
}

// eachCorpus runs a test on all schemas.
func eachCorpus(t *testing.T, test func(t *testing.T, dir string, s corpus.Schema)) {
	dir := corpus.Dir(t)
	for _, release := range live.Sample(t, releases, 4) {
		for _, s := range corpus.Schemas(t, dir, release) {
			t.Run(release+"/"+s.Name, func(t *testing.T) { test(t, dir, s) })
		}
	}
}

func TestCorpusDefinitions(t *testing.T) {
	eachCorpus(t, func(t *testing.T, dir string, s corpus.Schema) {
		var want struct {
			Files       []string
			Root        string
			Counts      map[string]int
			Definitions []struct {
				Name, Kind, File string
				Line             int
			}
		}
		readJSON(t, s.Oracle, &want)
		fset, res := loadCorpus(t, dir, s)

		var files []string
		for _, f := range res.Files {
			files = append(files, f.Display)
			if got := path.Join(path.Dir(want.Root), f.Name); got != f.Display {
				t.Errorf("file %s: name %s does not lead back to it", f.Display, f.Name)
			}
		}
		if !slices.Equal(files, want.Files) {
			t.Errorf("files %q, want %q", files, want.Files)
		}
		type place struct {
			kind, file string
			line       int
		}
		got := make(map[string]place)
		for f, d := range ast.All(res.Root) {
			def, ok := d.(ast.Def)
			if !ok {
				continue
			}
			got[def.Head().Name.Value] = place{def.Keyword(), f.Display, fset.Position(def.Pos()).Line}
			if def.Head().Doc == nil && !res.Root.Release.Before(2, 8) {
				t.Errorf("%s has no documentation", def.Head().Name.Value)
			}
		}
		if len(got) != len(want.Definitions) || len(got) == 0 {
			t.Errorf("%d definitions, want %d", len(got), len(want.Definitions))
		}
		for _, w := range want.Definitions {
			if g := got[w.Name]; g != (place{w.Kind, w.File, w.Line}) {
				t.Errorf("%s is %v, want %v", w.Name, g, w)
			}
		}
	})
}

func readJSON(t testing.TB, file string, v any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}
