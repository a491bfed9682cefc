package parser

import (
	"cmp"
	"fmt"
	"go/token"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
)

// A Result is what [Load] read.
type Result struct {
	// Root is the root file, nil if it could not be read.
	Root *ast.File

	// Files holds the root file and every included file, each once, in the order in which they
	// were opened.
	Files []*ast.File

	// Dialect is the dialect that was given or detected.
	Dialect Dialect

	units map[string]*unit // by display name
}

// Lookup returns the text and origin of a file for a [diag.Printer]. The name is that in the
// file set. The result is zero for files that were not read.
func (r *Result) Lookup(name string) diag.File {
	u := r.units[name]
	if u == nil {
		return diag.File{}
	}
	return diag.File{Text: u.src, IncludedFrom: u.from, Upstream: u.upstream}
}

// Load parses the root file and everything it includes, each file once. It adds the files to
// fset under their display names, reports errors to errs, and returns what it could read.
func Load(fset *token.FileSet, src Source, errs *diag.List) *Result {
	r := readAll(fset, src, errs, nil)
	if r.root == nil {
		return r.loader.res
	}
	r.loader.res.Root = r.root.ast
	r.loader.res.Dialect = r.dialect
	r.root.ast.Release, r.root.ast.Releases = r.dialect.Release, r.dialect.Releases
	a := &assembler{errs: &reporter{list: errs}, dialect: &r.dialect, release: r.dialect.Release, releases: r.dialect.Releases}
	a.nodes, a.noDocs = &r.loader.nodes, src.NoDocs
	r.root.ast.NoDocs = src.NoDocs
	a.defs = make([]pending, 0, r.loader.items/2+1) // about every other item is a comment
	a.unit(r.root)
	a.settleStyle(errs)
	a.lower(r.loader.res.Files)
	return r.loader.res
}

// Syntax parses the text of one file without its includes and adds it to fset under the given
// name. It reports only errors that keep the text from being split into tokens and items, not
// errors in definitions or documentation. If release is 0, the dialect is detected. The result
// has no syntax tree.
func Syntax(fset *token.FileSet, name, text string, release dialect.Release, errs *diag.List) *Result {
	r := readAll(fset, Source{Root: name, Dialect: release}, errs, &text)
	if r.root != nil {
		for _, it := range r.root.items {
			for _, d := range it.errs {
				errs.Add(d)
			}
		}
	}
	r.loader.res.Files = nil
	return r.loader.res
}

// A reading is the result of splitting all files into items.
type reading struct {
	loader  *loader
	root    *unit // nil if the root file cannot be read; reported
	dialect Dialect
}

// readAll reads the root file and its includes by the lexical rules of their dialect. If rootText
// is not nil, it is the text of the root file and includes are not read.
func readAll(fset *token.FileSet, src Source, errs *diag.List, rootText *string) reading {
	d := pinned(cmp.Or(src.Dialect, dialect.Current))
	l := newLoader(fset, src, lexRulesOf(d.Release))
	l.rootText = rootText
	if src.Dialect == 0 {
		l.evidence = new(evidence)
	}
	root, err := l.root()
	if err == nil && src.Dialect == 0 {
		var v *version
		if rootText == nil {
			v = findVersion(src.FS, src.Root)
		}
		// The current rules suffice to detect the dialect, but not to read all of an old
		// schema.
		if d = detect(l.evidence, v); lexRulesOf(d.Release) != l.rules {
			l.discard()
			rules := lexRulesOf(d.Release)
			rules.looseCommas = d.Release.Before(2, 4) // a loose comma is evidence for the second detect
			l = newLoader(fset, src, rules)
			l.rootText, l.evidence = rootText, new(evidence)
			if root, err = l.root(); err == nil {
				if again := detect(l.evidence, v); again.Release <= d.Release {
					d = again
				}
			}
		}
	}
	if err != nil {
		msg := fmt.Sprintf("can't read schema file '%s': %s", root.upstream, err.reason)
		errs.Add(&diag.Diagnostic{Code: err.code, Stage: diag.StageParse, Pos: err.pos, End: err.pos, Msg: msg})
		return reading{loader: l}
	}
	return reading{l, root, d}
}

func newLoader(fset *token.FileSet, src Source, rules lexRules) *loader {
	return &loader{
		fset: fset, src: src, rules: rules,
		seen: make(map[string]bool),
		res:  &Result{units: make(map[string]*unit)},
	}
}

// root reads the root file and its includes.
func (l *loader) root() (*unit, *readError) {
	display := l.display(l.src.Root)
	root := &unit{path: l.src.Root, upstream: display}
	return root, l.open(root, display)
}

// discard removes the files read so far from the file set.
func (l *loader) discard() {
	for _, u := range l.res.units {
		l.fset.RemoveFile(u.file)
	}
}

// A loader reads files and splits them into items. Errors are kept with their items and
// reported once everything is read.
type loader struct {
	fset     *token.FileSet
	src      Source
	res      *Result
	seen     map[string]bool // paths of the files opened so far
	stack    []*unit         // open files, outermost first
	rules    lexRules
	buf      []byte // for reading files
	tokens   tokenBuffer
	item     itemLexer // of the current item
	nodes    converter
	found    int     // number of errors
	items    int     // number of items
	full     bool    // too many errors or items; reading stops
	rootText *string // text of the root file; if set, nothing else is read

	evidence *evidence // of the dialect; nil if the dialect is given
}

func (l *loader) display(path string) string {
	if l.src.Display != nil {
		return l.src.Display(path)
	}
	return path
}
