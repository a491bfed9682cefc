package parser

import (
	"cmp"
	"errors"
	"fmt"
	"go/token"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
)

// A Result is what [Load] could read.
type Result struct {
	// Root is the root file, nil if it could not be read.
	Root *ast.File

	// Files are the root file and all files it includes, in the order in which
	// they were opened, each once.
	Files []*ast.File

	// Dialect is the dialect that was given or detected.
	Dialect Dialect

	units map[string]*unit // by display name
}

// Lookup returns what a [diag.Printer] wants to know of a file, by the name that
// the file has in the file set. A file that was not read has no text.
func (r *Result) Lookup(name string) diag.File {
	u := r.units[name]
	if u == nil {
		return diag.File{}
	}
	return diag.File{Text: u.src, IncludedFrom: u.from, Upstream: u.upstream}
}

// Load reads the root file and everything it includes, each file once, and adds
// the files to fset under their display names. It reports what is wrong into
// errs and returns what could be read.
func Load(fset *token.FileSet, src Source, errs *diag.List) *Result {
	r := readAll(fset, src, errs, nil)
	if r.root == nil {
		return r.loader.res
	}
	r.loader.res.Root = r.root.ast
	r.loader.res.Dialect = r.dialect
	r.root.ast.Release, r.root.ast.Releases = r.dialect.Release, r.dialect.Releases
	a := &assembler{errs: &reporter{list: errs}, dialect: &r.dialect, release: r.dialect.Release, releases: r.dialect.Releases}
	a.defs = make([]pending, 0, r.loader.items/2+1) // every other item is a comment
	a.unit(r.root)
	a.settleStyle(errs)
	a.lower(r.loader.res.Files)
	return r.loader.res
}

// Syntax reads the text of one file, but none that it includes, and adds it to fset
// under the given name. It reports only what keeps the text from being split into
// tokens and items: neither what these mean nor how they are documented. A release
// of 0 means that the dialect is detected. The result has no syntax tree.
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

// A reading is what was read, before it has a meaning.
type reading struct {
	loader  *loader
	root    *unit // nil if there is none, which has been reported
	dialect Dialect
}

// readAll reads the root file and all that it includes, by the lexical rules of
// their dialect. If the text of the root file is given, nothing else is read.
func readAll(fset *token.FileSet, src Source, errs *diag.List, alone *string) reading {
	d := pinned(cmp.Or(src.Dialect, dialect.Current))
	l := newLoader(fset, src, lexRulesOf(d.Release))
	l.alone = alone
	root, err := l.root()
	if err == nil && src.Dialect == 0 {
		var v *version
		if alone == nil {
			v = findVersion(src.FS, src.Root)
		}
		// What an old dialect is detected by can be read by the rules of the
		// current one, but not all of it.
		if d = detect(root, v); lexRulesOf(d.Release) != l.rules {
			l.discard()
			rules := lexRulesOf(d.Release)
			rules.looseCommas = d.Release.Before(2, 4) // if there are any, detect reports it
			l = newLoader(fset, src, rules)
			l.alone = alone
			if root, err = l.root(); err == nil {
				if again := detect(root, v); again.Release <= d.Release {
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

// root opens the root file and all that it includes.
func (l *loader) root() (*unit, *readError) {
	display := l.display(l.src.Root)
	root := &unit{path: l.src.Root, upstream: display}
	return root, l.open(root, display)
}

// discard forgets the files that were read.
func (l *loader) discard() {
	for _, u := range l.res.units {
		l.fset.RemoveFile(u.file)
	}
}

// A loader reads files. What the items of a file mean, and all reporting, waits
// until everything is read.
type loader struct {
	fset   *token.FileSet
	src    Source
	res    *Result
	seen   map[string]bool // paths of all files that were opened
	stack  []*unit         // the files that are open, outermost first
	rules  lexRules
	buf    []byte // for reading files
	tokens tokenBuffer
	nodes  converter
	found  int     // number of errors
	items  int     // number of items
	full   bool    // too many errors or items: stop
	alone  *string // the text of the root file, if nothing else is to be read
}

func (l *loader) display(path string) string {
	if l.src.Display != nil {
		return l.src.Display(path)
	}
	return path
}

// A readError says why a file cannot be read.
type readError struct {
	code   diag.Code
	reason string
	pos    token.Pos // in the file, if it could be opened
}

// open reads the file at u.path and what it includes. It returns nil if there is
// text to parse, whatever else is wrong.
func (l *loader) open(u *unit, display string) *readError {
	l.seen[u.path] = true
	text, rerr := l.slurp(u.path)
	if rerr != nil {
		return rerr
	}
	u.src = universalNewlines(text)
	u.file = l.fset.AddFile(display, -1, len(u.src))
	lines, braces := lineStarts(u.src)
	u.file.SetLines(lines)
	u.braces = braces
	l.res.units[display] = u
	if at, what := notText(u.src); what != "" {
		return &readError{codeNotText, what, u.file.Pos(at)}
	}
	u.ast = &ast.File{Name: relative(path.Dir(l.src.Root), u.path), Display: display}
	l.res.Files = append(l.res.Files, u.ast)
	l.stack = append(l.stack, u)
	l.read(u)
	l.stack = l.stack[:len(l.stack)-1]
	return nil
}

// slurp reads the file at path, if it is a regular file of acceptable size.
// Anything else is refused before it is opened: reading a device or a FIFO may
// never end.
func (l *loader) slurp(path string) (string, *readError) {
	tooLarge := &readError{code: codeFileTooLarge, reason: fmt.Sprintf("File is larger than %d MiB", MaxFileSize>>20)}
	if l.alone != nil {
		if len(*l.alone) > MaxFileSize {
			return "", tooLarge
		}
		return *l.alone, nil
	}
	info, err := fs.Stat(l.src.FS, path)
	if err != nil {
		return "", &readError{code: codeReadFile, reason: reason(err)}
	}
	if mode := info.Mode(); !mode.IsRegular() {
		return "", &readError{code: codeReadFile, reason: notRegular(mode)}
	}
	if info.Size() > MaxFileSize {
		return "", tooLarge
	}
	f, err := l.src.FS.Open(path)
	if err != nil {
		return "", &readError{code: codeReadFile, reason: reason(err)}
	}
	defer f.Close()
	var text strings.Builder
	text.Grow(int(info.Size()))
	if l.buf == nil {
		l.buf = make([]byte, 16<<10)
	}
	if _, err := io.CopyBuffer(&text, io.LimitReader(f, MaxFileSize+1), l.buf); err != nil {
		return "", &readError{code: codeReadFile, reason: reason(err)}
	}
	if text.Len() > MaxFileSize {
		return "", tooLarge
	}
	return text.String(), nil
}

// reason words an error as the C library does, which QEMU's compiler quotes.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "No such file or directory"
	case errors.Is(err, fs.ErrPermission):
		return "Permission denied"
	}
	var perr *fs.PathError
	if errors.As(err, &perr) {
		err = perr.Err
	}
	return err.Error()
}

// notRegular says what a file is that is not a regular one.
func notRegular(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "Is a directory"
	case mode&fs.ModeDevice != 0:
		return "Is a device"
	case mode&fs.ModeNamedPipe != 0:
		return "Is a FIFO"
	case mode&fs.ModeSocket != 0:
		return "Is a socket"
	}
	return "Is not a regular file"
}

// notText returns where src shows that it is no text, and how.
func notText(src string) (int, string) {
	at := strings.IndexByte(src, 0)
	if at >= 0 {
		return at, "Is not text (NUL byte)"
	}
	if utf8.ValidString(src) {
		return 0, ""
	}
	for i, r := range src {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(src[i:]); size == 1 {
				return i, "Is not text (invalid UTF-8)"
			}
		}
	}
	return 0, ""
}

// universalNewlines makes "\n" of "\r\n" and "\r", as Python does when it reads a
// text file.
func universalNewlines(src string) string {
	if !strings.Contains(src, "\r") {
		return src
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(src)
}

// lineStarts returns the offsets at which the lines of src start, and how many of
// them, the first aside, start with '{'.
func lineStarts(src string) (lines []int, braces int) {
	lines = make([]int, 1, strings.Count(src, "\n")+1)
	for pos := 0; ; {
		i := strings.IndexByte(src[pos:], '\n')
		if pos += i + 1; i < 0 || pos == len(src) {
			return lines, braces
		}
		if src[pos] == '{' {
			braces++
		}
		lines = append(lines, pos)
	}
}

// include does what the include directive it says. It reads the file in place.
func (l *loader) include(u *unit, it *item) {
	fail := func(code diag.Code, n ast.Node, format string, args ...any) *diag.Diagnostic {
		d := &diag.Diagnostic{
			Code: code, Stage: diag.StageParse, Pos: n.Pos(), End: n.End(),
			Msg: fmt.Sprintf(format, args...), Upstream: &diag.Upstream{Pos: it.obj.From},
		}
		it.errs = append(it.errs, d)
		return d
	}
	name := it.obj.get("include")
	if len(it.obj.members) != 1 {
		fail(codeBadDirective, extraKey(it.obj, "include"), "invalid 'include' directive").
			Hint("an include directive has no other keys")
		return
	}
	if name.kind != kindString {
		fail(codeBadDirective, name, "value of 'include' must be a string")
		return
	}
	target := path.Join(path.Dir(u.path), name.text)
	upstream := name.text
	if !path.IsAbs(upstream) {
		upstream = u.upstream[:strings.LastIndexByte(u.upstream, '/')+1] + upstream
	}
	if path.IsAbs(name.text) || !fs.ValidPath(target) {
		u.ast.Incomplete = true
		fail(codeOutsideSource, name, "can't read include file '%s': it is outside of the schema's source", upstream)
		return
	}
	for _, open := range l.stack {
		if open.path == target {
			fail(codeIncludeLoop, name, "inclusion loop for %s", name.text)
			return
		}
	}
	if l.seen[target] {
		return
	}
	if len(l.stack) >= MaxIncludeDepth {
		u.ast.Incomplete = true
		fail(codeIncludeDepth, name, "can't read include file '%s': more than %d files include each other", upstream, MaxIncludeDepth)
		return
	}
	sub := &unit{path: target, upstream: upstream, from: it.obj.From}
	if err := l.open(sub, l.display(target)); err != nil {
		u.ast.Incomplete = true
		d := fail(err.code, name, "can't read include file '%s': %s", upstream, err.reason)
		if err.pos.IsValid() {
			d.Note(err.pos, err.pos, "found here")
		} else {
			d.Hint(l.otherFile(name.text, target))
		}
		return
	}
	it.incl = sub
}

// otherFile reports whether a file of the same folder is meant that is nearly named
// like target. The include directive calls that name.
func (l *loader) otherFile(name, target string) string {
	entries, err := fs.ReadDir(l.src.FS, path.Dir(target))
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	if near := diag.Nearest(path.Base(target), names); near != "" {
		return "did you mean '" + path.Join(path.Dir(name), near) + "'?"
	}
	return ""
}

// extraKey returns the first key of an object but the given one.
func extraKey(n *node, key string) ast.Node {
	for _, m := range n.members {
		if m.key.Value != key {
			return m.key
		}
	}
	return n
}

// relative returns target as seen from the folder dir; both are clean paths in
// one file system.
func relative(dir, target string) string {
	if dir == "." {
		return target
	}
	up := 0
	for dir != "." && !strings.HasPrefix(target, dir+"/") {
		dir = path.Dir(dir)
		up++
	}
	if dir != "." {
		target = target[len(dir)+1:]
	}
	return strings.Repeat("../", up) + target
}
