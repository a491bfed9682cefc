package parser

import (
	"go/token"
	"iter"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
)

// definitionKeys are the keys that name a definition and determine its kind.
var definitionKeys = []string{"enum", "struct", "union", "alternate", "command", "event"}

// oldDefinitionKeys are the same up to QEMU 2.3.
var oldDefinitionKeys = []string{"enum", "type", "struct", "union", "alternate", "command", "event"}

// A lowerer converts an object to a definition and checks its shape. It checks in the order of
// QEMU's compiler (check_exprs in scripts/qapi/expr.py), so that the first error is the one
// that compiler reports. Invalid parts are left out and the definition is marked incomplete.
//
// The functions for each kind of definition have files of their own. They convert old spellings
// to current ones.
type lowerer struct {
	errs     *reporter
	pragmas  *pragmas
	releases dialect.Range
	dialect  *Dialect
	obj      *node
	last     *diag.Diagnostic // last error reported
	keyword  string           // kind of definition, "" if it has no name
	defined  string           // its name
	symbol   string           // its name in the documentation, "" if there is none
	failed   bool             // whether an error was reported
}

// errorf reports an error in the definition.
func (l *lowerer) errorf(code diag.Code, n ast.Node, format string, args ...any) *diag.Diagnostic {
	l.failed = true
	d := l.errs.errorf(diag.StageExpr, n.Pos(), n.End(), code, format, args...)
	l.last = d
	if l.keyword == "" {
		// Without a name, QEMU's compiler reports the line of the object.
		d.Upstream = &diag.Upstream{Pos: l.obj.From}
		return d
	}
	return d.Within(l.keyword+" '"+l.defined+"'", l.obj.From)
}

// definition lowers the object. It returns nil if the object has no name or no known kind.
func (l *lowerer) definition(doc *docBlock) ast.Def {
	name, meta := l.meta()
	if name == nil {
		return nil
	}
	if name.kind != kindString {
		l.errorf(codeBadName, name, "'%s' requires a string name", meta)
		return nil
	}
	l.keyword, l.defined = meta, name.text
	l.symbol = doc.symbol()
	l.defName(name.str(), meta)
	h := ast.Header{Span: l.obj.Span, Name: name.str()}
	h.Doc = l.doc(doc, meta, name)

	if meta == "type" {
		meta = "struct"
	}
	def := l.lower(meta, h)
	h = *def.Head()
	h.If = l.cond(l.obj, meta)
	h.Features = l.features(l.obj)
	l.flags()
	h.Incomplete = l.failed
	*def.Head() = h
	return def
}

// meta returns the name of the definition and its kind.
func (l *lowerer) meta() (name *node, meta string) {
	var first *member
	keys := definitionKeys
	if l.releases.Before(2, 4) {
		keys = oldDefinitionKeys
	}
	for i := range l.obj.members {
		m := &l.obj.members[i]
		if !slices.Contains(keys, m.key.Value) {
			continue
		}
		if m.key.Value == "event" && !l.releases.Since(2, 1) {
			l.errorf(codeNotADefinition, m.key, "events were added in QEMU 2.1")
			return nil, ""
		}
		if first != nil {
			l.notADefinition(m.key).Note(first.key.From, first.key.To, "first given here")
			return nil, ""
		}
		first = m
	}
	if first != nil {
		return first.value, first.key.Value
	}
	at := ast.Span{From: l.obj.From, To: l.obj.From + 1}
	var hint string
	if len(l.obj.members) > 0 {
		at = l.obj.members[0].key.Span
		hint = diag.DidYouMean(l.obj.members[0].key.Value, itemKeys)
		if l.obj.get("type") != nil {
			hint = "QEMU 2.4 renamed 'type' to 'struct'"
		}
	}
	d := l.notADefinition(at).Hint(hint)
	if l.obj.get("type") != nil && len(l.obj.members) > 1 {
		l.dialect.noteNewer(d, typeKey)
	}
	return nil, ""
}

func (l *lowerer) notADefinition(n ast.Node) *diag.Diagnostic {
	return l.errorf(codeNotADefinition, n, "expression must have exactly one key %s", quoted(definitionKeys))
}

// lower lowers the parts specific to a kind of definition.
func (l *lowerer) lower(meta string, h ast.Header) ast.Def {
	switch meta {
	case "enum":
		return l.enum(h)
	case "struct":
		return l.structure(h)
	case "union":
		return l.union(h)
	case "alternate":
		return l.alternate(h)
	case "command":
		return l.command(h)
	default:
		return l.event(h)
	}
}

// doc checks that the documentation matches the definition.
func (l *lowerer) doc(doc *docBlock, meta string, name *node) *ast.Doc {
	if doc == nil {
		if l.pragmas.docRequired && !l.pragmas.lost {
			l.errorf(codeDocRequired, name, "documentation comment required")
		}
		return nil
	}
	if doc.symbol() == "" || doc.broken {
		return nil
	}
	if l.releases.Before(2, 9) {
		return doc.ast // these releases do not check comments
	}
	if doc.symbol() != name.text {
		d := l.errorf(codeDocMisplaced, doc.ast.Symbol, "documentation comment is for '%s'", doc.symbol())
		d.Note(name.From, name.To, "the definition is '%s'", name.text)
		return doc.ast
	}
	if returns := doc.section(ast.DocReturns); returns != nil {
		if meta != "command" {
			l.docSection(returns, "'%s' section is only valid for commands")
		} else if l.obj.get("returns") == nil && !l.releases.Before(9, 0) {
			d := l.docSection(returns, "'%s' section, but command doesn't return anything")
			d.Follows = l.misspelt("returns")
		}
	}
	if errors := doc.section(ast.DocErrors); errors != nil && meta != "command" {
		l.docSection(errors, "'%s' section is only valid for commands")
	}
	return doc.ast
}

// docSection reports a section that the definition cannot have. QEMU's compiler does not name
// the definition in this error.
func (l *lowerer) docSection(s *ast.DocSection, format string) *diag.Diagnostic {
	d := l.errorf(codeDocSection, s.Name, format, s.Name.Value)
	return d.Within("", token.NoPos)
}

// misspelt reports whether the definition has a key similar to the given one.
func (l *lowerer) misspelt(key string) bool {
	return slices.ContainsFunc(l.obj.members, func(m member) bool {
		return diag.Nearest(m.key.Value, []string{key}) != ""
	})
}

// keys reports missing and unknown keys of an object. It returns true if there are none.
func (l *lowerer) keys(n *node, source string, required, optional []string) bool {
	var missing []string
	for _, key := range required {
		if n.get(key) == nil {
			missing = append(missing, key)
		}
	}
	var unknown []ast.Str
	for _, m := range n.members {
		if l.releases.Before(2, 4) {
			break // unknown keys were ignored
		}
		if !slices.Contains(required, m.key.Value) && !l.available(n, m.key.Value, optional) {
			unknown = append(unknown, m.key)
		}
	}
	if missing != nil {
		slices.Sort(missing)
		d := l.errorf(codeMissingKey, ast.Span{From: n.From, To: n.From + 1}, "%s misses key%s %s", source, plural(missing), quoted(missing))
		// A misspelt key is one error, not two.
		unknown = slices.DeleteFunc(unknown, func(key ast.Str) bool {
			hint := diag.DidYouMean(key.Value, missing)
			if hint != "" {
				d.Note(key.From, key.To, "unknown key '%s': %s", key.Value, hint)
			}
			return hint != ""
		})
	}
	if len(unknown) > 0 {
		allowed := slices.Clone(required)
		for _, key := range optional {
			if l.available(n, key, optional) {
				allowed = append(allowed, key)
			}
		}
		l.unknownKeys(unknown, source, allowed)
		l.dropNewer(n, l.last)
	} else {
		l.dropNewer(n, nil)
	}
	return missing == nil && len(unknown) == 0
}

// maxNotes limits the notes attached to one error.
const maxNotes = 20

// unknownKeys reports all unknown keys in one error, as QEMU's compiler does.
func (l *lowerer) unknownKeys(keys []ast.Str, source string, allowed []string) {
	names := make([]string, len(keys))
	for i, key := range keys {
		names[i] = key.Value
	}
	slices.Sort(names)
	slices.Sort(allowed)
	d := l.errorf(codeUnknownKey, keys[0], "%s has unknown key%s %s", source, plural(names), quoted(names))
	d.Hint(diag.DidYouMean(keys[0].Value, allowed))
	for _, key := range keys[1:min(len(keys), maxNotes)] {
		msg := "unknown key '" + key.Value + "'"
		if hint := diag.DidYouMean(key.Value, allowed); hint != "" {
			msg += ": " + hint
		}
		d.Note(key.From, key.To, "%s", msg)
	}
	d.Hint("valid keys are " + quoted(allowed))
	d.Upstream = &diag.Upstream{After: []string{"Valid keys are " + quoted(allowed) + "."}}
}

// quoted returns the words in single quotes, separated by commas.
func quoted(words []string) string { return "'" + strings.Join(words, "', '") + "'" }

func plural(words []string) string {
	if len(words) > 1 {
		return "s"
	}
	return ""
}

// A pair is a member of an object whose value is a type in short or long form: 'name': 'Foo' is
// short for 'name': { 'type': 'Foo' }.
type pair struct {
	ast.Span
	key  ast.Str
	typ  *node // nil if missing
	long *node // the object, nil in short form
}

// pairs returns the members of an object with their indices. It does not check them.
func pairs(n *node) iter.Seq2[int, pair] {
	return func(yield func(int, pair) bool) {
		for i, m := range n.members {
			p := pair{Span: ast.Span{From: m.key.From, To: m.value.To}, key: m.key, typ: m.value}
			if m.value.kind == kindObject {
				p.long, p.typ = m.value, m.value.get("type")
			}
			if !yield(i, p) {
				return
			}
		}
	}
}
