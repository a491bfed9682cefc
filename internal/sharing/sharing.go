// Package sharing replaces types of a generated Go package with aliases of identical types of
// another generated package, such as those of QEMU and of its storage daemon, so that users need no
// conversions.
//
// It compares generated source, not schemas: types are identical if their declarations and methods,
// and all that these refer to, are the same, except for comments. If a union differs, so do its
// branches, since only types of the same package implement a sealed interface.
package sharing

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"strings"
)

// A Package is the source of a generated package.
type Package struct {
	Path string // import path
	Name string

	objects map[string]*object
	files   []*file
}

// A file is one file of a package.
type file struct {
	name string
	fset *token.FileSet
	src  []byte
	ast  *ast.File
}

// An object is a type with its methods, or another declaration of a package.
type object struct {
	name  string
	kind  token.Token // TYPE, CONST, VAR or FUNC
	texts []string    // of the declaration, without comments, and of exported methods, sorted
	marks []string    // of unexported methods: those of sealed interfaces
	uses  []string    // names that these refer to, some of which are objects

	file    *file
	decl    *ast.GenDecl    // of a type with a declaration of its own, else nil
	methods []*ast.FuncDecl // of a type
	in      []*file         // files of methods, by index

	seals   []string // of an interface: its unexported methods
	private bool     // has fields or methods that only its own package can use
}

// Parse parses the files of a package, given by name and contents.
func Parse(path string, sources map[string][]byte) (*Package, error) {
	p := &Package{Path: path, objects: make(map[string]*object)}
	var names []string
	for name := range sources {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		f := &file{name: name, fset: token.NewFileSet(), src: sources[name]}
		tree, err := parser.ParseFile(f.fset, name, f.src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		f.ast = tree
		if p.Name != "" && p.Name != tree.Name.Name {
			return nil, fmt.Errorf("%s: the package is %s here and %s elsewhere", name, tree.Name.Name, p.Name)
		}
		p.Name = tree.Name.Name
		p.files = append(p.files, f)
	}
	for _, f := range p.files {
		for _, decl := range f.ast.Decls {
			p.declare(f, decl)
		}
	}
	p.seal()
	for _, o := range p.objects {
		slices.Sort(o.texts)
	}
	return p, nil
}

// declare records the objects of a declaration.
func (p *Package) declare(f *file, decl ast.Decl) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		name, kind := decl.Name.Name, token.FUNC
		if decl.Recv != nil {
			name, kind = receiver(decl), token.TYPE
		}
		o := p.object(name)
		if kind == token.TYPE && !decl.Name.IsExported() {
			o.marks = append(o.marks, text(f, decl))
		} else {
			o.add(f, decl)
		}
		if decl.Recv == nil {
			o.kind, o.file = kind, f
			return
		}
		o.methods, o.in = append(o.methods, decl), append(o.in, f)
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				o := p.object(spec.Name.Name)
				o.kind, o.file = token.TYPE, f
				if !decl.Lparen.IsValid() {
					o.decl = decl
				}
				o.add(f, spec)
				o.inspect(spec)
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					o := p.object(name.Name)
					o.kind, o.file = decl.Tok, f
					o.add(f, spec)
				}
			}
		}
	}
}

func (p *Package) object(name string) *object {
	o := p.objects[name]
	if o == nil {
		o = &object{name: name}
		p.objects[name] = o
	}
	return o
}

// add adds the text of a node, and the names that it refers to.
func (o *object) add(f *file, n ast.Node) {
	o.texts = append(o.texts, text(f, n))
	o.uses = append(o.uses, mentions(n)...)
}

// inspect records the unexported parts of a type.
func (o *object) inspect(spec *ast.TypeSpec) {
	switch t := spec.Type.(type) {
	case *ast.StructType:
		for _, field := range t.Fields.List {
			for _, name := range field.Names {
				o.private = o.private || !name.IsExported() && name.Name != "_"
			}
		}
	case *ast.InterfaceType:
		for _, m := range t.Methods.List {
			for _, name := range m.Names {
				if !name.IsExported() {
					o.seals = append(o.seals, name.Name)
				}
			}
		}
	}
}

// unknownBranch is the type of unknown branches of all unions of a package. If some unions differ
// between two packages, each package has its own.
const unknownBranch = "UnknownBranch"

// seal makes sealed interfaces and the types that implement them refer to each other.
func (p *Package) seal() {
	sealed := make(map[string]*object)
	for _, o := range p.objects {
		for _, name := range o.seals {
			sealed[name] = o
		}
	}
	for _, o := range p.objects {
		for _, m := range o.methods {
			if m.Name.IsExported() {
				continue
			}
			of := sealed[m.Name.Name]
			switch {
			case of == nil:
				o.private = true
			case o.name == unknownBranch:
				o.uses = append(o.uses, of.name)
			default:
				o.uses, of.uses = append(o.uses, of.name), append(of.uses, o.name)
			}
		}
	}
}

// Same returns the sorted names of the types of p that are identical in another package, where they
// may be branches of more unions.
func (p *Package) Same(other *Package) []string {
	same := make(map[string]bool)
	for name, o := range p.objects {
		with := other.objects[name]
		same[name] = with != nil && o.kind == with.kind && slices.Equal(o.texts, with.texts) && contains(with.marks, o.marks) &&
			(o.kind != token.TYPE || o.decl != nil && with.decl != nil && !o.private && ast.IsExported(name))
	}
	for changed := true; changed; {
		changed = false
		for name, o := range p.objects {
			if same[name] && slices.ContainsFunc(o.uses, func(use string) bool {
				return p.objects[use] != nil && !same[use] && use != unknownBranch
			}) {
				same[name], changed = false, true
			}
		}
	}
	var names []string
	for name, ok := range same {
		if ok && p.objects[name].kind == token.TYPE {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// contains reports whether all of part are in list.
func contains(list, part []string) bool {
	return !slices.ContainsFunc(part, func(s string) bool { return !slices.Contains(list, s) })
}

// receiver returns the name of the type that a method belongs to.
func receiver(decl *ast.FuncDecl) string {
	t := decl.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if name, ok := t.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

// mentions returns the names in a node that can refer to objects.
func mentions(n ast.Node) (names []string) {
	skip := make(map[*ast.Ident]bool)
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			for _, name := range n.Names {
				skip[name] = true
			}
		case *ast.SelectorExpr:
			skip[n.Sel] = true
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok {
				skip[key] = true
			}
		case *ast.FuncDecl:
			skip[n.Name] = true
		case *ast.Ident:
			if !skip[n] {
				names = append(names, n.Name)
			}
		}
		return true
	})
	return names
}

// text returns the tokens of a node, without comments and white space.
func text(f *file, n ast.Node) string {
	src := f.src[f.fset.Position(n.Pos()).Offset:f.fset.Position(n.End()).Offset]
	var s scanner.Scanner
	fset := token.NewFileSet()
	s.Init(fset.AddFile("", fset.Base(), len(src)), src, nil, 0)
	var b strings.Builder
	for {
		_, tok, lit := s.Scan()
		if tok == token.EOF {
			return b.String()
		}
		if tok == token.SEMICOLON && lit == "\n" {
			continue // the end of a line
		}
		if lit == "" {
			lit = tok.String()
		}
		b.WriteString(lit)
		b.WriteByte(' ')
	}
}
