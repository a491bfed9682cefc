package parser

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
)

// include executes an include directive: it reads the file in place.
func (l *loader) include(u *unit, it *item, obj *node) {
	directive := obj.From
	fail := func(code diag.Code, n ast.Node, format string, args ...any) *diag.Diagnostic {
		d := &diag.Diagnostic{
			Code: code, Stage: diag.StageParse, Pos: n.Pos(), End: n.End(),
			Msg: fmt.Sprintf(format, args...), Upstream: &diag.Upstream{Pos: directive},
		}
		it.errs = append(it.errs, d)
		return d
	}
	value := obj.get("include")
	if len(obj.members) != 1 {
		fail(codeBadDirective, extraKey(obj, "include"), "invalid 'include' directive").
			Hint("an include directive has no other keys")
		return
	}
	if value.kind != kindString {
		fail(codeBadDirective, value, "value of 'include' must be a string")
		return
	}
	name := value.str()
	target := path.Join(path.Dir(u.path), name.Value)
	upstream := name.Value
	if !path.IsAbs(upstream) {
		upstream = u.upstream[:strings.LastIndexByte(u.upstream, '/')+1] + upstream
	}
	if path.IsAbs(name.Value) || !fs.ValidPath(target) {
		u.ast.Incomplete = true
		fail(codeOutsideSource, name, "can't read include file '%s': it is outside of the schema's source", upstream)
		return
	}
	for _, open := range l.stack {
		if open.path == target {
			fail(codeIncludeLoop, name, "inclusion loop for %s", name.Value)
			return
		}
	}
	if l.seen[target] {
		return
	}
	if len(l.stack) >= MaxIncludeDepth {
		u.ast.Incomplete = true
		fail(codeIncludeDepth, name, "can't read include file '%s': includes are nested more than %d files deep", upstream, MaxIncludeDepth)
		return
	}
	sub := &unit{path: target, upstream: upstream, from: directive}
	if err := l.open(sub, l.display(target)); err != nil {
		u.ast.Incomplete = true
		d := fail(err.code, name, "can't read include file '%s': %s", upstream, err.reason)
		if err.pos.IsValid() {
			d.Note(err.pos, err.pos, "found here")
		} else {
			d.Hint(l.otherFile(name.Value, target))
		}
		return
	}
	it.incl = sub
}

// otherFile returns a hint that names a file of the same directory whose name is close to
// target's. The directive spells target as name.
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

// extraKey returns the first key of n other than the given one.
func extraKey(n *node, key string) ast.Node {
	for _, m := range n.members {
		if m.key.Value != key {
			return m.key
		}
	}
	return n
}

// relative returns target relative to the directory dir. Both are clean slash-separated paths
// in one file system.
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
