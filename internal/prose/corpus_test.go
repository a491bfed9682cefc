package prose

import (
	"go/token"
	"os"
	"path/filepath"
	"testing"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/parser"
)

// TestCorpus checks that no word of QEMU's own documentation is lost, from
// the first release with documentation comments to the last, and that all
// markup of the releases that use reStructuredText is understood.
func TestCorpus(t *testing.T) {
	dir := corpus.Dir(t)
	releases, err := os.ReadDir(filepath.Join(dir, "corpus"))
	if err != nil {
		t.Fatal(err)
	}
	sections := 0
	for _, release := range live.Sample(t, releases, 3) {
		for _, s := range corpus.Schemas(t, dir, release.Name()) {
			top := filepath.Join(dir, "corpus", s.Release)
			root, err := filepath.Rel(top, s.Root)
			if err != nil {
				t.Fatal(err)
			}
			fset := token.NewFileSet()
			src := parser.Source{FS: os.DirFS(top), Root: filepath.ToSlash(root)}
			for _, f := range parser.Load(fset, src, new(diag.List)).Files {
				for _, doc := range docsOf(f) {
					for _, sec := range doc.Sections {
						sections++
						checkSection(t, fset.Position(sec.Pos()).String(), sec)
					}
				}
			}
		}
	}
	if sections < 10000 {
		t.Errorf("only %d sections", sections)
	}
}

func docsOf(f *ast.File) []*ast.Doc {
	var docs []*ast.Doc
	for _, it := range f.Decls {
		switch it := it.(type) {
		case *ast.FreeDoc:
			docs = append(docs, it.Doc)
		case ast.Def:
			if d := it.Head().Doc; d != nil {
				docs = append(docs, d)
			}
		}
	}
	return docs
}

func checkSection(t *testing.T, at string, sec *ast.DocSection) {
	blocks := Parse(sec.Text)
	if sec.Kind == ast.DocExample {
		blocks = []Block{ParseExample(sec.Text)}
	}
	for _, p := range Check(sec.Text) {
		if sec.Kind != ast.DocExample {
			t.Errorf("%s: line %d, column %d: %s\n%s", at, p.Line, p.Column, p.Msg, sec.Text)
		}
	}
	if r := lost(sec.Text, blocks); r != 0 {
		t.Errorf("%s: lost %q:\n%s\n%s", at, r, sec.Text, dump(blocks))
	}
}
