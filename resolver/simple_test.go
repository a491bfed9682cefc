package resolver_test

import (
	"go/token"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/resolver"
)

// simpleUnion returns the tree of a schema with a simple union of the given branches,
// "name:Type" or "name:[Type]", all at one position.
func simpleUnion(branches ...string) (*token.FileSet, *ast.File) {
	fset := token.NewFileSet()
	at := ast.Span{From: token.Pos(fset.AddFile("old.json", -1, 100).Base())}
	str := func(s string) ast.Str { return ast.Str{Span: at, Value: s} }
	u := &ast.Union{Header: ast.Header{Span: at, Name: str("Uni")}}
	for _, b := range branches {
		name, typ, _ := strings.Cut(b, ":")
		elem := strings.Trim(typ, "[]")
		u.Branches = append(u.Branches, &ast.Branch{
			Span: at, Name: str(name),
			Type: ast.TypeRef{Span: at, Name: str(elem), Array: elem != typ},
			If:   &ast.CondMacro{Span: at, Name: "IF_" + name},
		})
	}
	return fset, &ast.File{Name: "old.json", Display: "old.json", Decls: []ast.Decl{u}}
}

// TestSimpleUnion checks the lowering of a simple union.
func TestSimpleUnion(t *testing.T) {
	fset, file := simpleUnion("a:str", "b:[int]", "c:str")
	errs := new(diag.List)
	s := resolver.Resolve(fset, file, []*ast.File{file}, errs)
	if s == nil {
		t.Fatal(errs.First().Msg)
	}
	u := def[*ir.Union](t, s, "Uni")
	if !u.Simple || u.Discriminator.Name != "type" || u.Discriminator.Type != s.ByName["UniKind"] {
		t.Errorf("union is %+v", u)
	}
	var got []string
	for i, b := range u.Branches {
		w := b.Type.(*ir.Struct)
		value := def[*ir.Enum](t, s, "UniKind").Values[i]
		if b.Value != value || ir.CondString(value.If) != "IF_"+b.Name {
			t.Errorf("value of branch %s is %+v", b.Name, value)
		}
		got = append(got, b.Name+":"+w.Name+":"+w.Members[0].Name+":"+w.Members[0].Type.Head().Name)
	}
	want := "a:q_obj_str-wrapper:data:str b:q_obj_intList-wrapper:data:intList c:q_obj_str-wrapper:data:str"
	if g := strings.Join(got, " "); g != want {
		t.Errorf("got  %s\nwant %s", g, want)
	}
}

func TestSimpleUnionMistakes(t *testing.T) {
	fset, file := simpleUnion("a-b:str", "a_b:Nope", "c:[Nope]")
	errs := new(diag.List)
	if resolver.Resolve(fset, file, []*ast.File{file}, errs) != nil {
		t.Error("there is a schema")
	}
	var got []string
	for _, d := range errs.All() {
		got = append(got, d.Msg)
	}
	want := []string{
		"branch 'a_b' uses unknown type 'Nope'",
		"union uses unknown type 'Nope'",
		"branch 'a_b' collides with branch 'a-b'",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q, want %q", got, want)
	}
}
