package parser

import (
	"fmt"
	"slices"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
)

// An assembler builds declarations from items, in the order of reading. It attaches
// documentation to the definitions that follow, applies pragmas, and then lowers the
// definitions.
type assembler struct {
	errs     *reporter
	dialect  *Dialect
	release  dialect.Release
	releases dialect.Range
	docs     int // number of documentation comments
	unstyled int // number of those that violate the style rules of QEMU 10.2
	pragmas  pragmas
	defs     []pending
	nodes    *converter
	noDocs   bool // the text of documentation is left out
	scratch  docScratch
}

// A pending is a definition to be lowered once all pragmas are known.
type pending struct {
	unit   *unit
	at     int // index of its declaration in the file
	obj    []packedToken
	unique bool // no object of obj has a duplicate key
	doc    *docBlock
}

// unit assembles a file and, in place, its includes.
func (a *assembler) unit(u *unit) {
	var doc *docBlock // not yet followed by an item
	for i := range u.items {
		it := &u.items[i]
		if it.old {
			a.detach(u, doc)
			doc = a.comment(u, it)
			continue
		}
		if it.doc != "" {
			a.orphan(u, doc)
			doc = a.doc(u, it)
			a.free(u, doc)
			a.add(it.errs)
			continue
		}
		switch {
		case it.obj == nil:
			// The comment may have belonged to the broken item.
			if doc.symbol() != "" {
				u.ast.Lost = append(u.ast.Lost, doc.symbol())
			}
			a.add(it.errs)
		case it.kind == itemInclude:
			a.orphan(u, doc)
			a.add(it.errs)
			a.include(u, it)
		case it.kind == itemPragma:
			a.orphan(u, doc)
			a.add(it.errs)
			a.pragma(u, a.nodes.item(u, it.obj, it.unique))
		default:
			a.add(it.errs)
			a.definition(u, it, a.attach(u, it, doc))
		}
		doc = nil
		it.obj = nil
	}
	a.orphan(u, doc)
}

func (a *assembler) add(errs []*diag.Diagnostic) {
	for _, d := range errs {
		a.errs.add(d)
	}
}

// orphan reports documentation that is not followed by its definition, which may have been
// lost.
func (a *assembler) orphan(u *unit, doc *docBlock) {
	if doc != nil && doc.old {
		a.detach(u, doc)
		return
	}
	if doc == nil || doc.symbol() == "" || a.releases.Before(2, 9) { // these releases do not check comments
		return
	}
	d := a.errs.errorf(diag.StageParse, doc.ast.Symbol.From, doc.ast.Symbol.To, codeDocMisplaced,
		"documentation for '%s' is not followed by the definition", doc.symbol())
	d.Upstream = &diag.Upstream{Pos: doc.ast.From}
	u.ast.Lost = append(u.ast.Lost, doc.symbol())
}

// free declares free-form documentation.
func (a *assembler) free(u *unit, doc *docBlock) {
	if doc.symbol() != "" {
		return
	}
	u.ast.Decls = append(u.ast.Decls, &ast.FreeDoc{Span: doc.ast.Span, Doc: doc.ast})
	for _, more := range doc.more {
		u.ast.Decls = append(u.ast.Decls, &ast.FreeDoc{Span: more.Span, Doc: more})
	}
}

func (a *assembler) include(u *unit, it *item) {
	obj := a.nodes.item(u, it.obj, it.unique)
	name := obj.get("include")
	if name.kind != kindString {
		return
	}
	if !a.releases.Since(2, 1) {
		a.errs.errorf(diag.StageParse, name.From, name.To, codeBadDirective, "include directives were added in QEMU 2.1")
	}
	decl := &ast.Include{Span: obj.Span, Path: name.str()}
	u.ast.Decls = append(u.ast.Decls, decl)
	if it.incl != nil {
		decl.File = it.incl.ast
		a.unit(it.incl)
		it.incl.items = nil
	}
}

// definition records a definition to be lowered.
func (a *assembler) definition(u *unit, it *item, doc *docBlock) {
	if doc != nil && doc.symbol() == "" && !doc.broken && !a.releases.Before(2, 9) {
		obj := a.nodes.item(u, it.obj, it.unique)
		d := a.errs.errorf(diag.StageParse, doc.ast.From, doc.opener, codeDocMisplaced, "definition documentation required").
			Note(obj.From, obj.From+1, "before this definition").
			Hint("documentation of a definition starts with a line '# @NAME:'")
		// It may be a misspelt directive.
		d.Follows = !isDefinition(obj) && obj.get("type") == nil
	}
	if it.kind == itemUnknown {
		for _, m := range a.nodes.item(u, it.obj, it.unique).members {
			u.loseDirective(diag.Nearest(m.key.Value, itemKeys))
		}
	}
	u.ast.Decls = append(u.ast.Decls, nil)
	a.defs = append(a.defs, pending{u, len(u.ast.Decls) - 1, it.obj, it.unique, doc})
}

// lower lowers the definitions of files. Those without a valid name are left out.
func (a *assembler) lower(files []*ast.File) {
	for _, f := range files {
		a.pragmas.lost = a.pragmas.lost || f.PragmasLost || f.Incomplete
	}
	var l lowerer
	for i, p := range a.defs {
		a.defs[i] = pending{} // frees its tokens
		l = lowerer{errs: a.errs, pragmas: &a.pragmas, releases: a.releases, dialect: a.dialect, obj: a.nodes.item(p.unit, p.obj, p.unique)}
		def := l.definition(p.doc)
		if def != nil {
			p.unit.ast.Decls[p.at] = def
		}
		p.lose(def, l.obj)
	}
	for _, f := range files {
		f.Decls = slices.DeleteFunc(f.Decls, func(d ast.Decl) bool { return d == nil })
	}
}

// lose records the other names by which references may mean the definition, since its own may
// be misspelt.
func (p *pending) lose(def ast.Def, obj *node) {
	file, symbol := p.unit.ast, p.doc.symbol()
	if def != nil {
		if symbol != "" && symbol != def.Head().Name.Value {
			file.Lost = append(file.Lost, symbol)
		}
		return
	}
	if symbol != "" {
		file.Lost = append(file.Lost, symbol)
	}
	for _, m := range obj.members {
		if m.value.is(kindString) {
			file.Lost = append(file.Lost, m.value.text)
		}
	}
}

// pragmas holds the pragma settings of a schema.
type pragmas struct {
	lost              bool // some could not be read
	docRequired       bool
	commandExceptions map[string]bool
	memberExceptions  map[string]bool
}

// A pragmaName is a name that a pragma has in some releases.
type pragmaName struct {
	name        string
	current     string // current name
	first, last dialect.Release
}

// pragmaNames returns all names of pragmas.
func pragmaNames() []pragmaName {
	return []pragmaName{
		{"doc-required", "doc-required", dialect.Of(2, 9), dialect.Current},
		{"command-name-exceptions", "command-name-exceptions", dialect.Of(6, 0), dialect.Current},
		{"command-returns-exceptions", "command-returns-exceptions", dialect.Of(6, 0), dialect.Current},
		{"documentation-exceptions", "documentation-exceptions", dialect.Of(9, 0), dialect.Current},
		{"member-name-exceptions", "member-name-exceptions", dialect.Of(6, 0), dialect.Current},
		{"returns-whitelist", "command-returns-exceptions", dialect.Of(2, 9), dialect.Of(5, 2)},
		{"name-case-whitelist", "member-name-exceptions", dialect.Of(2, 9), dialect.Of(5, 2)},
	}
}

// findPragma returns the pragma with the given name in some release. Its current name is empty
// if there is none.
func findPragma(name string) pragmaName {
	for _, p := range pragmaNames() {
		if p.name == name {
			return p
		}
	}
	return pragmaName{}
}

// pragmaHint returns a hint about a pragma that the schema's releases do not have.
func (a *assembler) pragmaHint(name string) string {
	p := findPragma(name)
	switch {
	case p.current != "" && a.releases.First > p.last:
		return fmt.Sprintf("QEMU 6.0 renamed it to '%s'", p.current)
	case p.current != "":
		return fmt.Sprintf("it was added in QEMU %s", p.first)
	}
	var known []string
	for _, p := range pragmaNames() {
		if a.releases.Overlaps(p.first, p.last) {
			known = append(known, p.name)
		}
	}
	slices.Sort(known)
	return diag.DidYouMean(name, known)
}

// pragma applies a pragma directive.
func (a *assembler) pragma(u *unit, obj *node) {
	fail := func(code diag.Code, n ast.Node, format string, args ...any) *diag.Diagnostic {
		d := a.errs.errorf(diag.StageParse, n.Pos(), n.End(), code, format, args...)
		d.Upstream = &diag.Upstream{Pos: obj.From}
		u.ast.PragmasLost = true
		return d
	}
	value := obj.get("pragma")
	if len(obj.members) != 1 {
		fail(codeBadDirective, extraKey(obj, "pragma"), "invalid 'pragma' directive").
			Hint("a pragma directive has no other keys")
		return
	}
	if value.kind != kindObject {
		fail(codeBadDirective, value, "value of 'pragma' must be an object")
		return
	}
	decl := &ast.Pragma{Span: obj.Span}
	for _, m := range value.members {
		known := findPragma(m.key.Value)
		name := known.current
		set := ast.Setting{Name: ast.Str{Span: m.key.Span, Value: name}}
		switch {
		case known.current == "" || !a.releases.Overlaps(known.first, known.last):
			d := fail(codeUnknownPragma, m.key, "unknown pragma '%s'", m.key.Value).
				Hint(a.pragmaHint(m.key.Value))
			if known.last == constructTable[whitelistPragma].until {
				a.dialect.noteNewer(d, whitelistPragma)
			}
			continue
		case name == "doc-required":
			if m.value.kind != kindBool {
				fail(codeBadDirective, m.value, "pragma 'doc-required' must be boolean")
				continue
			}
			set.Flag = m.value.flag
		default:
			if bad := notStrings(m.value); bad != nil {
				fail(codeBadDirective, bad, "pragma %s must be a list of strings", m.key.Value)
				continue
			}
			for _, v := range m.value.values {
				set.Names = append(set.Names, v.str())
			}
		}
		decl.Settings = append(decl.Settings, set)
		a.pragmas.apply(set)
	}
	u.ast.Decls = append(u.ast.Decls, decl)
}

// notStrings returns the first node that keeps n from being a list of strings, or nil.
func notStrings(n *node) *node {
	if n.kind != kindArray {
		return n
	}
	for _, v := range n.values {
		if v.kind != kindString {
			return v
		}
	}
	return nil
}

// apply applies a setting. It replaces an earlier one.
func (p *pragmas) apply(set ast.Setting) {
	names := make(map[string]bool, len(set.Names))
	for _, n := range set.Names {
		names[n.Value] = true
	}
	switch set.Name.Value {
	case "doc-required":
		p.docRequired = set.Flag
	case "command-name-exceptions":
		p.commandExceptions = names
	case "member-name-exceptions":
		p.memberExceptions = names
	}
}
