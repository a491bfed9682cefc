package parser

import (
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// seeds adds the project's own schemas and invalid inputs to the seed corpus.
func seeds(f *testing.F) {
	err := filepath.WalkDir(filepath.Join(corpus.Root(f), "testdata", "schemas"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		data, err := os.ReadFile(path)
		f.Add(string(data))
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	for _, test := range errorTests {
		f.Add(test.src)
	}
	f.Add("##\n# @A:\n#\n#  = x\n# @b: c\n#   d\n#  e\n# Features:\n# @f: g\n#\n# Note: h\n# Example:\n# i\n##\n{ 'struct': 'A', 'data': {} }")
	f.Add("}]:,{'a':[{'b':true,'b':false}{[")
	f.Add("{'a':\n" + strings.Repeat("[", 1002))
}

func FuzzLexer(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		if _, what := notText(src); what != "" {
			return
		}
		s := &scanner{src: src}
		for last := 0; ; {
			tok, end := s.next()
			from := tok.Pos.Offset
			if tok.Type == lexer.EOF {
				if from != s.eof() {
					t.Fatalf("end of file at %d, want %d", from, s.eof())
				}
				return
			}
			if from < last || end <= from || end > len(src) || s.pos != end {
				t.Fatalf("token %v at [%d, %d) after %d of %d", tok.Type, from, end, last, len(src))
			}
			if tok.Type != tokBad && src[from:end] != tok.Value {
				t.Fatalf("token %q is not the text %q", tok.Value, src[from:end])
			}
			if tok.Type == tokBad && (s.fault.from < from || s.fault.to > end || s.fault.from >= s.fault.to) {
				t.Fatalf("fault [%d, %d) outside of [%d, %d)", s.fault.from, s.fault.to, from, end)
			}
			last = end
		}
	})
}

func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		checkLoad(t, src)
	})
}

func FuzzDoc(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		// Any text as a comment, by the rules of both times.
		comment := "##\n# " + strings.ReplaceAll(text, "\n", "\n# ") + "\n##\n{ 'command': 'a' }\n"
		checkLoad(t, comment)
		checkLoad(t, "##\n# Note: old\n##\n"+comment)
	})
}

// checkLoad loads src as the root file and checks properties that hold for any text.
func checkLoad(t *testing.T, src string) {
	t.Helper()
	fset, res, errs, printed := loadForFuzz(t, src)
	if res.Root == nil && !errs.HasErrors() {
		t.Fatal("no file and no error")
	}
	if errs.Len() > diag.MaxErrors+1 {
		t.Fatalf("%d diagnostics", errs.Len())
	}
	for _, d := range errs.All() {
		checkDiagnostic(t, fset, d)
	}
	last := token.NoPos
	for _, d := range errs.Sorted() {
		if d.Pos < last {
			t.Fatalf("%s is printed behind %s", fset.Position(d.Pos), fset.Position(last))
		}
		last = d.Pos
	}
	if _, _, _, again := loadForFuzz(t, src); again != printed {
		t.Fatalf("once\n%s\nand once\n%s", printed, again)
	}
	if res.Root == nil {
		return
	}
	for f, d := range ast.All(res.Root) {
		file := fset.File(d.Pos())
		if file == nil || file.Name() != f.Display {
			t.Fatalf("%T at %v is not in %s", d, fset.Position(d.Pos()), f.Display)
		}
		if inc, ok := d.(*ast.Include); ok {
			inside(t, inc.Span, inc.Path)
			continue
		}
		checkDecl(t, d)
	}
}

// loadForFuzz loads src and returns its diagnostics, after printing them in all formats.
func loadForFuzz(t *testing.T, src string) (*token.FileSet, *Result, *diag.List, string) {
	t.Helper()
	fset, errs := token.NewFileSet(), new(diag.List)
	fsys := fstest.MapFS{"dir/root.json": {Data: []byte(src)}, "other.json": {Data: []byte("{ 'enum': 'Other', 'data': [] }")}}
	res := Load(fset, Source{FS: fsys, Root: "dir/root.json"}, errs)
	var out strings.Builder
	for _, format := range diag.Formats() {
		p := diag.Printer{Fset: fset, Lookup: res.Lookup, Format: diag.Format(format)}
		if err := p.Print(&out, errs); err != nil {
			t.Fatal(err)
		}
	}
	return fset, res, errs, out.String()
}

// checkDiagnostic checks that a diagnostic has a message and a valid position.
func checkDiagnostic(t *testing.T, fset *token.FileSet, d *diag.Diagnostic) {
	t.Helper()
	checkSpan(t, fset, d.Pos, d.End)
	for _, n := range d.Notes {
		checkSpan(t, fset, n.Pos, n.End)
		if n.Msg == "" {
			t.Fatalf("note without text: %+v", d)
		}
	}
	if d.Msg == "" || d.Code == "" {
		t.Fatalf("diagnostic without text or code: %+v", d)
	}
	if d.Pos == token.NoPos && d.Code != "too-many-errors" {
		t.Fatalf("diagnostic without a place: %+v", d)
	}
}

func checkSpan(t *testing.T, fset *token.FileSet, pos, end token.Pos) {
	t.Helper()
	if pos == token.NoPos {
		return
	}
	f := fset.File(pos)
	if f == nil || end != token.NoPos && (end < pos || fset.File(end) != f) {
		t.Fatalf("bad span [%d, %d)", pos, end)
	}
}

// inside checks that spans lie within an outer one.
func inside(t *testing.T, outer ast.Node, inner ...ast.Node) {
	t.Helper()
	for _, n := range inner {
		if n.Pos() < outer.Pos() || n.End() > outer.End() || n.End() < n.Pos() {
			t.Fatalf("%T [%d, %d) is not inside %T [%d, %d)", n, n.Pos(), n.End(), outer, outer.Pos(), outer.End())
		}
	}
}

// checkDecl checks that the parts of a declaration lie within it.
func checkDecl(t *testing.T, d ast.Decl) {
	t.Helper()
	switch d := d.(type) {
	case *ast.Pragma:
		for _, s := range d.Settings {
			inside(t, d, s.Name)
			for _, n := range s.Names {
				inside(t, d, n)
			}
		}
	case *ast.FreeDoc:
		checkDoc(t, d.Doc)
	case ast.Def:
		h := d.Head()
		inside(t, d, h.Name)
		checkCond(t, d, h.If)
		checkFeatures(t, d, h.Features)
		if h.Doc != nil {
			checkDoc(t, h.Doc)
		}
		checkDef(t, d)
	}
}

func checkDef(t *testing.T, d ast.Def) {
	t.Helper()
	var members func(outer ast.Node, list []*ast.Member)
	members = func(outer ast.Node, list []*ast.Member) {
		for _, m := range list {
			inside(t, outer, m)
			inside(t, m, m.Name, m.Type)
			if m.Type.Nested {
				members(m.Type, m.Type.Members)
			} else {
				inside(t, m.Type, m.Type.Name)
			}
			checkCond(t, m, m.If)
			checkFeatures(t, m, m.Features)
		}
	}
	branches := func(list []*ast.Branch) {
		for _, b := range list {
			inside(t, d, b)
			inside(t, b, b.Name, b.Type)
			checkCond(t, b, b.If)
		}
	}
	data := func(data *ast.Data) {
		if data != nil {
			inside(t, d, data)
			members(data, data.Members)
		}
	}
	switch d := d.(type) {
	case *ast.Enum:
		for _, v := range d.Values {
			inside(t, d, v)
			inside(t, v, v.Name)
			checkCond(t, v, v.If)
			checkFeatures(t, v, v.Features)
		}
	case *ast.Struct:
		members(d, d.Members)
	case *ast.Union:
		if d.Base != nil {
			inside(t, d, d.Base)
			members(d.Base, d.Base.Members)
		}
		branches(d.Branches)
	case *ast.Alternate:
		branches(d.Branches)
	case *ast.Command:
		data(d.Data)
		if d.Returns != nil {
			inside(t, d, d.Returns)
		}
	case *ast.Event:
		data(d.Data)
	}
}

func checkFeatures(t *testing.T, outer ast.Node, list []*ast.Feature) {
	t.Helper()
	for _, f := range list {
		inside(t, outer, f)
		inside(t, f, f.Name)
		checkCond(t, f, f.If)
	}
}

func checkCond(t *testing.T, outer ast.Node, c ast.Cond) {
	t.Helper()
	if c == nil {
		return
	}
	inside(t, outer, c)
	switch c := c.(type) {
	case *ast.CondAll:
		for _, e := range c.Conds {
			checkCond(t, c, e)
		}
	case *ast.CondAny:
		for _, e := range c.Conds {
			checkCond(t, c, e)
		}
	case *ast.CondNot:
		checkCond(t, c, c.Cond)
	}
}

func checkDoc(t *testing.T, doc *ast.Doc) {
	t.Helper()
	if len(doc.Sections) == 0 || doc.Sections[0].Kind != ast.DocBody {
		t.Fatal("documentation does not start with a body")
	}
	if doc.Symbol.Value != "" {
		inside(t, doc, doc.Symbol)
	}
	for _, s := range doc.Sections {
		inside(t, doc, s)
		if s.Name.Value != "" {
			inside(t, s, s.Name)
		}
		if strings.Trim(s.Text, "\n") != s.Text {
			t.Fatalf("section has blank lines around it: %q", s.Text)
		}
	}
}
