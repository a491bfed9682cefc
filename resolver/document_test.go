package resolver_test

import (
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/ir"
)

// TestDocumentationPlaces checks the positions of all documentation lines, in the comments of
// every era.
func TestDocumentationPlaces(t *testing.T) {
	dir := corpus.Dir(t)
	for _, release := range live.Sample(t, []string{"1.1.0", "2.8.0", "2.12.0", "4.2.0", "6.1.0", "9.2.0", "10.2.0"}, 3) {
		for _, s := range corpus.Schemas(t, dir, release) {
			top := filepath.Join(dir, "corpus", release)
			root, err := filepath.Rel(top, s.Root)
			if err != nil {
				t.Fatal(err)
			}
			schema, errs := qapigo.Load(os.DirFS(top), filepath.ToSlash(root), qapigo.Options{})
			if schema == nil {
				t.Fatalf("%s: %s", s.Root, errs.First().Msg)
			}
			lines := 0
			for _, m := range schema.Modules {
				text, err := os.ReadFile(filepath.Join(top, filepath.Dir(root), filepath.FromSlash(m.Name)))
				if err != nil {
					t.Fatal(err)
				}
				source := strings.Split(string(text), "\n")
				for _, sec := range sections(m) {
					lines += checkPlaces(t, errs.Fset, sec, source)
				}
			}
			if lines < 100 {
				t.Errorf("%s: only %d lines", s.Root, lines)
			}
		}
	}
}

func sections(m *ir.Module) []*ir.Section {
	var out []*ir.Section
	for _, it := range m.Items {
		doc := (*ir.Doc)(nil)
		switch it := it.(type) {
		case *ir.FreeDoc:
			doc = it.Doc
		case ir.Def:
			doc = it.Head().Doc
		}
		if doc != nil {
			out = append(out, doc.Sections...)
		}
	}
	return out
}

func checkPlaces(t *testing.T, fset *token.FileSet, sec *ir.Section, source []string) int {
	t.Helper()
	if sec.Text == "" {
		return 0
	}
	lines := strings.Split(sec.Text, "\n")
	if len(lines) != len(sec.Lines) {
		t.Errorf("%s: %d places for %d lines", fset.Position(sec.Pos), len(sec.Lines), len(lines))
		return 0
	}
	for i, want := range lines {
		at := fset.Position(sec.PosAt(i, 0))
		got := source[at.Line-1]
		got = strings.TrimRight(got[min(len(got), at.Column-1):], " \t\r")
		// "#optional" is left out of the text, and "Since" is written in one way.
		if sec.Kind == ir.SectionSince || strings.Contains(got, "#optional") {
			continue
		}
		if got != want {
			t.Errorf("%s: the text is %q, but there is %q", at, want, got)
		}
		if end := fset.Position(sec.PosAt(i, 1000)); end.Line != at.Line {
			t.Errorf("%s: the line ends in line %d", at, end.Line)
		}
	}
	return len(lines)
}
