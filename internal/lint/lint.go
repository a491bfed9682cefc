// Package lint finds what a schema may do but should not: names and results that
// are allowed as exceptions only, documentation that is missing, broken or
// misread, exceptions that nothing needs, names that clash in Go.
//
// A rule is told by its code, which is written in capitals as those of package
// compat are, and explained where the codes of errors are, in package diag. A
// finding is a [diag.Diagnostic] with severity warning. Rules come in groups;
// [Options] say which are checked and where.
//
// Findings can be left out one by one: a comment
//
//	# qapi-go:ignore RULE reason
//
// holds for what stands on its line, or, on a line of its own, for what follows:
// the next line inside of a definition, the whole definition, directive or
// free-form comment outside. A comment that nothing needs is a finding itself.
package lint

import (
	"go/token"
	"slices"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/ir"
)

// A Schema is what is checked: a schema without errors, in all the forms in which
// it is known.
type Schema struct {
	IR   *ir.Schema
	Root *ast.File

	// Text returns the text of a file by its name in the file set of IR.
	Text func(file string) string

	// Others are schemas that are checked in the same run: documentation may
	// refer to what they define, as that of QEMU's guest agent does.
	Others []*ir.Schema

	// History is that of releases of which this one is the newest; nil if it
	// is not known. Then rules that need it find nothing.
	History *compat.History

	// Clashes returns the clashes of names in the Go package of a schema. It is
	// called if a rule needs them; nil finds none.
	Clashes func(*ir.Schema) []Clash
}

// Run checks a schema and adds what it finds to the list, as warnings. The
// options have been checked ([Options.Check]).
func Run(s Schema, o Options, list *diag.List) {
	l := &linter{Schema: s, on: o.rules(), release: s.IR.Release}
	l.collect()
	for _, r := range Rules() {
		if l.on[r.Code] && r.check != nil {
			r.check(l)
		}
	}
	for _, d := range l.applyComments() {
		if file := l.IR.Fset.File(d.Pos); file == nil || !o.ignores(d.Code, file.Name()) {
			list.Add(d)
		}
	}
}

// A linter checks one schema.
type linter struct {
	Schema
	release dialect.Release
	on      map[diag.Code]bool
	items   []*item            // of all files, in the order of reading
	found   []*diag.Diagnostic // in the order of the rules
}

// An item is what stands at the top level of a file.
type item struct {
	file *ast.File
	decl ast.Decl
	def  ast.Def  // nil if it is none
	doc  *ast.Doc // nil if there is none

	lines []docLine // of doc, see docLines
}

// from returns where an item starts, with its documentation.
func (it *item) from() token.Pos {
	if it.doc != nil && it.doc.From < it.decl.Pos() {
		return it.doc.From
	}
	return it.decl.Pos()
}

// collect lists the items.
func (l *linter) collect() {
	for file, decl := range ast.All(l.Root) {
		it := &item{file: file, decl: decl}
		switch d := decl.(type) {
		case ast.Def:
			it.def, it.doc = d, d.Head().Doc
		case *ast.FreeDoc:
			it.doc = d.Doc
		}
		l.items = append(l.items, it)
	}
}

// definitions yields the items that are definitions.
func (l *linter) definitions(yield func(*item, ast.Def) bool) {
	for _, it := range l.items {
		if it.def != nil && !yield(it, it.def) {
			return
		}
	}
}

// warn adds a finding over [pos, end).
func (l *linter) warn(code diag.Code, it *item, pos, end token.Pos, msg string) *diag.Diagnostic {
	d := &diag.Diagnostic{Severity: diag.Warning, Code: code, Stage: diag.StageSchema, Pos: pos, End: end, Msg: msg}
	if it != nil && it.def != nil {
		d.Within(it.def.Keyword()+" '"+it.def.Head().Name.Value+"'", it.def.Pos())
	}
	l.found = append(l.found, d)
	return d
}

// text returns the source in [from, to), which lies in one file.
func (l *linter) text(from, to token.Pos) string {
	f := l.IR.Fset.File(from)
	if f == nil {
		return ""
	}
	src := l.Text(f.Name())
	a, b := f.Offset(from), f.Offset(to)
	if a > b || b > len(src) {
		return ""
	}
	return src[a:b]
}

// exceptions returns a list of a pragma as a set.
func exceptions(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, n := range names {
		set[n] = true
	}
	return set
}

// hasFeature reports whether features hold the named one.
func hasFeature(features []*ast.Feature, name string) bool {
	return slices.ContainsFunc(features, func(f *ast.Feature) bool { return f.Name.Value == name })
}
