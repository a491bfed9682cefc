package parser

import (
	"fmt"
	"go/token"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// A docFact is a documentation comment in the oracle's format (FORMAT.md).
type docFact struct {
	File     string
	Line     int
	Symbol   string
	Since    string
	Sections []sectionFact
}

type sectionFact struct {
	Kind  string
	Name  string
	Words int
	CRC32 string
}

func TestCorpusDocs(t *testing.T) {
	eachCorpus(t, func(t *testing.T, dir string, s corpus.Schema) {
		fset, res := loadCorpus(t, dir, s)
		if res.Root.Release.Before(2, 9) {
			t.Skip("the compiler of this release did not read documentation")
		}
		compareDocs(t, fset, res, filepath.Join(dir, "oracle", "docs", s.Release+"-"+s.Name+".json"))
	})
}

// TestUpstreamDocs compares QEMU's own documentation test with the oracle.
func TestUpstreamDocs(t *testing.T) {
	dir := corpus.Dir(t)
	fset := token.NewFileSet()
	var errs diag.List
	res := Load(fset, Source{
		FS: os.DirFS(filepath.Join(dir, "qapi-tests")), Root: "doc-good.json",
		Display: func(name string) string { return "tests/qapi-schema/" + name },
	}, &errs)
	if errs.Len() > 0 {
		t.Fatal(errs.First().Msg)
	}
	compareDocs(t, fset, res, filepath.Join(dir, "oracle", "docs", "10.2.0-doc-good.json"))
}

// compareDocs compares the comments of a schema with an oracle file.
func compareDocs(t *testing.T, fset *token.FileSet, res *Result, oracle string) {
	t.Helper()
	var want []docFact
	readJSON(t, oracle, &want)
	var got []docFact
	for f, d := range ast.All(res.Root) {
		if doc := docOf(d); doc != nil {
			got = append(got, factOf(doc, f.Display, fset.Position(doc.Pos()).Line))
		}
	}
	if len(got) != len(want) || len(want) == 0 {
		t.Errorf("%d comments, want %d", len(got), len(want))
	}
	bad := 0
	for i := range min(len(got), len(want)) {
		// The oracle adds members that are not documented and, where the
		// release's compiler does, empty Returns sections.
		w := want[i]
		w.Sections = nil
		for j, s := range want[i].Sections {
			if s.Words > 0 || j == 0 {
				w.Sections = append(w.Sections, s)
			}
		}
		if g, w := fmt.Sprint(got[i]), fmt.Sprint(w); g != w {
			if bad++; bad <= 5 {
				t.Errorf("comment %d:\n got %s\nwant %s", i, g, w)
			}
		}
	}
	if bad > 0 {
		t.Errorf("%d of %d comments differ", bad, len(want))
	}
}

func docOf(d ast.Decl) *ast.Doc {
	switch d := d.(type) {
	case *ast.FreeDoc:
		return d.Doc
	case ast.Def:
		return d.Head().Doc
	}
	return nil
}

// factOf converts a comment to the oracle's format, whose order is body, members, features,
// others.
func factOf(doc *ast.Doc, file string, line int) docFact {
	fact := docFact{File: file, Line: line, Symbol: doc.Symbol.Value}
	var members, features, rest []sectionFact
	for i, s := range doc.Sections {
		words := strings.Fields(s.Text)
		sf := sectionFact{Kind: string(s.Kind), Words: len(words)}
		sf.CRC32 = fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(strings.Join(words, " "))))
		switch {
		case i == 0:
			fact.Sections = append(fact.Sections, sf)
		case s.Kind == ast.DocMember:
			sf.Name = s.Name.Value
			members = append(members, sf)
		case s.Kind == ast.DocFeature:
			sf.Name = s.Name.Value
			features = append(features, sf)
		default:
			if s.Kind == ast.DocSince {
				fact.Since = s.Text
			}
			rest = append(rest, sf)
		}
	}
	fact.Sections = append(append(append(fact.Sections, members...), features...), rest...)
	return fact
}
