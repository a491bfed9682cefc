package prose

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// walked holds a value of each type of block and inline, with references at each
// place where one can stand, named a, b and so on in the order of the text.
var walked = []struct {
	node Node
	refs string
}{
	{Paragraph{refs("a")}, "a"},
	{Heading{1, refs("a")}, "a"},
	{Quote{paragraphs("a", "b")}, "a b"},
	{Literal{Text: "@a"}, ""},
	{Dialog{[]Line{{Kind: LineClient, Text: "-> @a"}}}, ""},
	{Admonition{"note", refs("a"), paragraphs("b")}, "a b"},
	{Example{Title: refs("a"), Blocks: paragraphs("b")}, "a b"},
	{List{Items: []ListItem{{"", paragraphs("a")}, {"", paragraphs("b", "c")}}}, "a b c"},
	{DefinitionList{[]Definition{{refs("a"), paragraphs("b")}, {refs("c"), paragraphs("d")}}}, "a b c d"},
	{LineBlock{[]BlockLine{{0, refs("a")}, {2, refs("b")}}}, "a b"},
	{Table{refs("a"), []Row{{{1, paragraphs("b")}, {1, paragraphs("c")}}}, []Row{{{2, paragraphs("d")}}}}, "a b c d"},
	{Text{"@a"}, ""},
	{Code{"@a"}, ""},
	{Link{"@a", "http://a"}, ""},
	{Ref{Target: "a"}, "a"},
	{Emph{refs("a")}, "a"},
	{Strong{[]Inline{Emph{refs("a")}, Ref{Target: "b"}}}, "a b"},
}

func refs(name string) []Inline { return []Inline{Text{"see "}, Ref{Target: name}} }

func paragraphs(names ...string) []Block {
	var blocks []Block
	for _, n := range names {
		blocks = append(blocks, Paragraph{refs(n)})
	}
	return blocks
}

// asBlocks returns a node as blocks.
func asBlocks(n Node) []Block {
	if b, ok := n.(Block); ok {
		return []Block{b}
	}
	return []Block{Paragraph{[]Inline{n.(Inline)}}}
}

func TestWalk(t *testing.T) {
	for _, w := range walked {
		var got []string
		for r := range Refs(asBlocks(w.node)) {
			got = append(got, r.Target)
		}
		if s := strings.Join(got, " "); s != w.refs {
			t.Errorf("%T: references %q, want %q", w.node, s, w.refs)
		}
		// It stops when the caller does.
		all := slices.Collect(Nodes(asBlocks(w.node)))
		if !slices.ContainsFunc(all, func(n Node) bool { return reflect.DeepEqual(n, w.node) }) {
			t.Errorf("%T is not among its nodes", w.node)
		}
		for stop := range all {
			n := 0
			for range Nodes(asBlocks(w.node)) {
				if n++; n > stop {
					break
				}
			}
			if n != stop+1 {
				t.Errorf("%T: stopped after %d nodes, want %d", w.node, n, stop+1)
			}
		}
	}
}

// TestWalkKnowsAll checks that walked has each type of block and inline in the package's
// source.
func TestWalkKnowsAll(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, name := range names {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if m, ok := d.(*ast.FuncDecl); ok && m.Recv != nil && (m.Name.Name == "block" || m.Name.Name == "inline") && m.Type.Params.NumFields() == 0 {
				if recv, ok := m.Recv.List[0].Type.(*ast.Ident); ok { // a value: all nodes are
					want = append(want, recv.Name)
				}
			}
		}
	}
	if len(want) < 17 {
		t.Errorf("only %d types found: %v", len(want), want)
	}
	for _, name := range want {
		if !slices.ContainsFunc(walked, func(w struct {
			node Node
			refs string
		}) bool {
			return reflect.TypeOf(w.node).Name() == name
		}) {
			t.Errorf("walked has no %s", name)
		}
	}
}

type newBlock struct{ Block }

// TestWalkRefusesNew checks that the walk panics on an unknown type of block.
func TestWalkRefusesNew(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an unknown block was walked over")
		}
	}()
	for range Nodes([]Block{Quote{[]Block{newBlock{}}}}) {
	}
}
