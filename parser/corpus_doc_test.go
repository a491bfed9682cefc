package parser

import (
	"fmt"
	"hash/crc32"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/internal/corpus"
)

// A docFact is what the oracle says of a documentation comment (FORMAT.md).
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
		var want []docFact
		readJSON(t, filepath.Join(dir, "oracle", "docs", s.Release+"-"+s.Name+".json"), &want)
		fset, res := loadCorpus(t, dir, s)

		var got []docFact
		for f, d := range ast.All(res.Root) {
			doc := docOf(d)
			if doc == nil {
				continue
			}
			got = append(got, factOf(doc, f.Display, fset.Position(doc.Pos()).Line))
		}
		if len(got) != len(want) {
			t.Errorf("%d comments, want %d", len(got), len(want))
		}
		bad := 0
		for i := range min(len(got), len(want)) {
			// The oracle adds members that are not documented.
			w := want[i]
			w.Sections = nil
			for _, s := range want[i].Sections {
				if s.Words > 0 || s.Kind != "member" {
					w.Sections = append(w.Sections, s)
				}
			}
			if g, w := fmt.Sprint(got[i]), fmt.Sprint(w); g != w {
				bad++
				if bad <= 5 {
					t.Errorf("comment %d:\n got %s\nwant %s", i, g, w)
				}
			}
		}
		if bad > 0 {
			t.Errorf("%d of %d comments differ", bad, len(want))
		}
	})
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

// factOf says of a comment what the oracle does. Its order is body, members,
// features, then the rest.
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
