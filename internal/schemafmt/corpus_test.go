package schemafmt_test

import (
	"bytes"
	"encoding/json"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/facts"
	"github.com/qapi-go/qapi-go/internal/schemafmt"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/parser"
)

// formatted returns the files of a folder with their layouts, and checks that each
// is read without a syntax error, and is final.
func formatted(t *testing.T, dir string) fstest.MapFS {
	t.Helper()
	files := make(fstest.MapFS)
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".json") {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		errs := new(diag.List)
		parser.Syntax(token.NewFileSet(), name, string(data), 0, errs)
		for _, d := range errs.All() {
			t.Errorf("%s: %s [%s]", name, d.Msg, d.Code)
		}
		text := schemafmt.Source(string(data))
		if schemafmt.Source(text) != text {
			t.Errorf("%s: its layout is not final", name)
		}
		files[name] = &fstest.MapFile{Data: []byte(text)}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// factsOf returns the facts about a schema, but for lines.
func factsOf(t *testing.T, s *ir.Schema) any {
	t.Helper()
	var out bytes.Buffer
	if err := facts.Facts(&out, s); err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(out.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	return withoutLines(v)
}

func withoutLines(v any) any {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			withoutLines(e)
		}
	case map[string]any:
		delete(v, "line")
		for _, e := range v {
			withoutLines(e)
		}
	}
	return v
}

// A docFact is what a documentation comment says.
type docFact struct {
	Symbol   string
	Sections []sectionFact
}

type sectionFact struct {
	Kind       ir.SectionKind
	Name, Text string
}

// docFacts returns what the documentation of a schema says, in order.
func docFacts(s *ir.Schema) []docFact {
	var list []docFact
	for _, m := range s.Modules {
		for _, item := range m.Items {
			var doc *ir.Doc
			switch i := item.(type) {
			case ir.Def:
				doc = i.Head().Doc
			case *ir.FreeDoc:
				doc = i.Doc
			}
			if doc == nil {
				continue
			}
			fact := docFact{Symbol: doc.Symbol}
			for _, sec := range doc.Sections {
				fact.Sections = append(fact.Sections, sectionFact{sec.Kind, sec.Name, sec.Text})
			}
			list = append(list, fact)
		}
	}
	return list
}

// same checks that two schemas mean the same and are documented alike.
func same(t *testing.T, name string, before, after *ir.Schema) {
	t.Helper()
	if !reflect.DeepEqual(factsOf(t, before), factsOf(t, after)) {
		t.Errorf("%s: the facts differ", name)
	}
	if !reflect.DeepEqual(docFacts(before), docFacts(after)) {
		t.Errorf("%s: the documentation differs", name)
	}
	if before.Release != after.Release {
		t.Errorf("%s: the dialect was %s and is %s", name, before.Release, after.Release)
	}
}

// TestCorpus formats all of QEMU's own schemas: they mean the same as before.
func TestCorpus(t *testing.T) {
	dir := corpus.Dir(t)
	entries, err := os.ReadDir(filepath.Join(dir, "corpus"))
	if err != nil {
		t.Fatal(err)
	}
	schemas := 0
	for _, entry := range live.Sample(t, entries, 3) {
		top := filepath.Join(dir, "corpus", entry.Name())
		files := formatted(t, top)
		for _, s := range corpus.Schemas(t, dir, entry.Name()) {
			rel, err := filepath.Rel(top, s.Root)
			if err != nil {
				t.Fatal(err)
			}
			rel = filepath.ToSlash(rel)
			same(t, entry.Name()+"/"+rel, schematest.Load(t, top, s.Root), schematest.Files(t, files, rel))
			schemas++
		}
	}
	if t.Logf("%d schemas", schemas); schemas < 6 {
		t.Errorf("only %d schemas", schemas)
	}
}

// TestQEMUTests formats the schemas of QEMU's own tests that are right.
func TestQEMUTests(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "qapi-tests")
	outs, err := filepath.Glob(filepath.Join(dir, "*.out"))
	if err != nil {
		t.Fatal(err)
	}
	valid := 0
	for _, out := range outs {
		root := strings.TrimSuffix(out, ".out") + ".json"
		if info, err := os.Stat(out); err != nil || info.Size() == 0 {
			continue
		}
		files := make(fstest.MapFS)
		for name := range allFiles(t, dir) {
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			files[name] = &fstest.MapFile{Data: []byte(schemafmt.Source(string(data)))}
		}
		valid++
		same(t, filepath.Base(root), schematest.Load(t, dir, root), schematest.Files(t, files, filepath.Base(root)))
	}
	if valid == 0 {
		t.Error("no test has a schema that is right")
	}
	t.Logf("%d schemas", valid)
}

func allFiles(t *testing.T, dir string) map[string]bool {
	t.Helper()
	names := make(map[string]bool)
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(name, ".json") {
			names[name] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
