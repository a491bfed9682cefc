package sharing

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/qapi-go/qapi-go/gen"
)

// Alias replaces types of a generated package with aliases of identical types of another package.
// It returns the files, in the same order, and the number of aliases.
func Alias(files []gen.File, other *Package) ([]gen.File, int, error) {
	sources := make(map[string][]byte)
	for _, f := range files {
		sources[f.Path] = f.Data
	}
	own, err := Parse("", sources)
	if err != nil {
		return nil, 0, err
	}
	same := own.Same(other)
	if len(same) == 0 {
		return files, 0, nil
	}
	edits := make(map[*file][]edit)
	for _, name := range same {
		o := own.objects[name]
		doc := fmt.Sprintf("// %s is an alias of the identical type of package %s.\n", name, other.Name)
		edits[o.file] = append(edits[o.file], o.file.replace(o.decl, o.decl.Doc, doc+"type "+name+" = "+other.local()+"."+name))
		for i, m := range o.methods {
			edits[o.in[i]] = append(edits[o.in[i]], o.in[i].replace(m, m.Doc, ""))
		}
	}
	out := slices.Clone(files)
	for i := range out {
		for _, f := range own.files {
			if f.name != out[i].Path || edits[f] == nil {
				continue
			}
			if out[i].Data, err = f.apply(edits[f], other); err != nil {
				return nil, 0, err
			}
		}
	}
	return out, len(same), nil
}

// local returns the name of the package in generated files. It differs from its own name if that is
// in use there.
func (p *Package) local() string {
	switch p.Name {
	case "context", "iter", "qmp", "genrt", "wire", "args", "ctx", "data", "c", "v", "s", "h":
		return p.Name + "types"
	}
	return p.Name
}

// An edit replaces a range of bytes of a file.
type edit struct {
	from, to int
	text     string
}

// replace returns the edit that replaces a declaration and its comment with text.
func (f *file) replace(n ast.Node, doc *ast.CommentGroup, text string) edit {
	from := n.Pos()
	if doc != nil {
		from = doc.Pos()
	}
	return edit{f.fset.Position(from).Offset, f.fset.Position(n.End()).Offset, text}
}

// apply returns the file with edits, and with the imports that it then needs.
func (f *file) apply(edits []edit, other *Package) ([]byte, error) {
	slices.SortFunc(edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		out.Write(f.src[at:e.from])
		out.WriteString(e.text)
		at = e.to
	}
	out.Write(f.src[at:])
	src := bytes.Clone(out.Bytes())
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, f.name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	imports := neededImports(tree, other)
	out.Reset()
	at = fset.Position(tree.Name.End()).Offset
	out.Write(src[:at])
	out.WriteString("\n\n" + imports + "\n")
	for _, decl := range tree.Decls {
		if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.IMPORT {
			at = max(at, fset.Position(d.End()).Offset)
		}
	}
	out.Write(src[at:])
	return format.Source(out.Bytes())
}

// neededImports returns the import declaration of a file, without unused imports and with the other
// package. Imports of the standard library are a group of their own.
func neededImports(tree *ast.File, other *Package) string {
	used := make(map[string]bool)
	ast.Inspect(tree, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		}
		return true
	})
	var std, others []string
	add := func(importPath, line string) {
		if first, _, _ := strings.Cut(importPath, "/"); strings.Contains(first, ".") || importPath == other.Path {
			others = append(others, line)
		} else {
			std = append(std, line)
		}
	}
	for _, spec := range tree.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // a syntax error, which the parser has reported
		}
		local := path.Base(importPath)
		line := spec.Path.Value
		if spec.Name != nil {
			local, line = spec.Name.Name, spec.Name.Name+" "+line
		}
		if used[local] || local == "_" {
			add(importPath, line)
		}
	}
	line := strconv.Quote(other.Path)
	if local := other.local(); local != path.Base(other.Path) {
		line = local + " " + line
	}
	add(other.Path, line)
	slices.Sort(others)
	var b strings.Builder
	b.WriteString("import (\n")
	for _, line := range std {
		b.WriteString("\t" + line + "\n")
	}
	if len(std) > 0 && len(others) > 0 {
		b.WriteString("\n")
	}
	for _, line := range others {
		b.WriteString("\t" + line + "\n")
	}
	b.WriteString(")\n")
	return b.String()
}
