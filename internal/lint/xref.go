package lint

import (
	"fmt"
	"go/token"
	"regexp"
	"strings"
	"sync"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/ir"
)

// xrefs finds references to undefined names.
func (l *linter) xrefs() {
	x := &xrefChecker{linter: l, members: make(map[string]bool)}
	for _, def := range l.definitions {
		for n := range namesIn(def) {
			x.members[n.name.Value] = true
			x.all = append(x.all, n.name.Value)
		}
		for _, f := range def.Head().Features {
			x.members[f.Name.Value] = true
		}
		x.defs = append(x.defs, def.Head().Name.Value)
	}
	for it, doc := range l.docs {
		for _, s := range doc.Sections {
			if s.Kind != ast.DocExample && s.Kind != ast.DocTodo && strings.ContainsAny(s.Text, "@`") {
				x.section(it, s)
			}
		}
	}
}

// An xrefChecker checks references.
type xrefChecker struct {
	*linter
	members   map[string]bool // names of members, values, branches and features of any definition
	all, defs []string        // names for hints
	guesses   int             // number of names compared for hints
}

// section checks the references in a section. It searches the source for each, in order, to
// find its position.
func (x *xrefChecker) section(it *item, s *ast.DocSection) {
	lines := x.sectionLines(it, s)
	line, offset := 0, 0
	budget := 1000 + 20*len(lines) // number of lines to search, for those that are not found
	find := func(text string) (pos token.Pos, quoted, ok bool) {
		for n, from := line, offset; n < len(lines) && budget > 0; n, from = n+1, 0 {
			budget--
			if i := indexName(lines[n].text[from:], text); i >= 0 {
				i += from
				line, offset = n, i+len(text)
				quoted = i > 0 && strings.IndexByte(`"'`, lines[n].text[i-1]) >= 0
				return lines[n].pos + token.Pos(i), quoted, true
			}
		}
		return s.From, false, false
	}
	for r := range prose.Refs(prose.Parse(s.Text)) {
		mark := "`"
		if r.Role == "member" {
			mark = "@"
		}
		pos, quoted, ok := find(mark + r.Target)
		if !ok { // in a table, cells are next to each other
			line, offset = 0, 0
			pos, quoted, ok = find(mark + r.Target)
		}
		end := pos
		if ok {
			pos++
			end = pos + token.Pos(len(r.Target))
		}
		if !quoted { // as in "@dbus-display": an argument, not a reference
			x.ref(it, r, pos, end)
		}
	}
}

// indexName returns the index of a reference in a line that is not part of a longer name,
// or -1.
func indexName(line, ref string) int {
	for from := 0; ; {
		i := strings.Index(line[from:], ref)
		if i < 0 {
			return -1
		}
		end := from + i + len(ref)
		if end == len(line) || !strings.ContainsRune(lowers+uppers+digits+"-_", rune(line[end])) {
			return from + i
		}
		from = end
	}
}

// sphinxIndex matches labels that Sphinx generates.
var sphinxIndex = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^qapi-(\w+-)?index$`) })

// maxGuesses limits the number of names compared for hints, and so the time for a schema
// with many broken references.
const maxGuesses = 10_000_000

// near returns a hint, or "" if too many names were compared.
func (x *xrefChecker) near(name string, names []string) string {
	if x.guesses += len(names); x.guesses > maxGuesses {
		return ""
	}
	return diag.DidYouMean(name, names)
}

// defined returns the definition of a name in any schema of the run, or nil.
func (x *xrefChecker) defined(name string) ir.Def {
	if d := x.IR.ByName[name]; d != nil {
		return d
	}
	for _, s := range x.Others {
		if d := s.ByName[name]; d != nil {
			return d
		}
	}
	return nil
}

// ref checks one reference.
func (x *xrefChecker) ref(it *item, r prose.Ref, pos, end token.Pos) {
	known := x.defined(r.Target) != nil
	switch {
	case r.Role == "member":
		if !known && !x.members[r.Target] {
			x.warn(codeXref, it, pos, end, fmt.Sprintf("undefined name '%s'", r.Target)).
				Hint(x.near(r.Target, x.all))
		}
	case x.release < xrefRelease:
	case r.Role == "any":
		if !known && !sphinxIndex().MatchString(r.Target) {
			x.warn(codeXref, it, pos, end, fmt.Sprintf("undefined name '%s'", r.Target)).
				Hint(x.near(r.Target, x.defs))
		}
	case strings.HasPrefix(r.Role, "qapi:"):
		role := strings.TrimPrefix(r.Role, "qapi:")
		if role != "mod" && role != "module" && !hasRole(x.defined(target(r.Target)), role) {
			x.warn(codeXref, it, pos, end, fmt.Sprintf("undefined %s '%s'", roleWord(role), target(r.Target)))
		}
	}
}

// target returns the name of the definition in the target of a role: x in "QMP:block.x" and
// "~x".
func target(s string) string {
	s = strings.TrimLeft(s, "~!")
	if i := strings.LastIndexByte(s, ':'); i >= 0 {
		s = s[i+1:]
	}
	if i := strings.LastIndexByte(s, '.'); i >= 0 {
		s = s[i+1:]
	}
	return s
}

// roles are the roles of QEMU's QAPI domain (docs/devel/qapi-domain.rst).
var roles = map[string]string{
	"any": "definition", "cmd": "command", "event": "event", "enum": "enum", "obj": "object type",
	"alt": "alternate", "type": "type",
}

func roleWord(role string) string {
	if w := roles[role]; w != "" {
		return w
	}
	return "definition"
}

func hasRole(d ir.Def, role string) bool {
	if d == nil {
		return false
	}
	switch d.(type) {
	case *ir.Command:
		return role == "cmd" || roleWord(role) == "definition"
	case *ir.Event:
		return role == "event" || roleWord(role) == "definition"
	case *ir.Enum:
		return role == "enum" || role == "type" || roleWord(role) == "definition"
	case *ir.Alternate:
		return role == "alt" || role == "type" || roleWord(role) == "definition"
	}
	return role == "obj" || role == "type" || roleWord(role) == "definition"
}
