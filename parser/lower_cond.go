package parser

import (
	"strings"

	"github.com/qapi-go/qapi-go/ast"
)

// cond lowers the 'if' of an object. It returns nil if there is none.
func (l *lowerer) cond(n *node, source string) ast.Cond {
	c := n.get("if")
	if c == nil {
		return nil
	}
	// The form determines the syntax. Only a lone macro name is valid in both.
	if old := c.kind != kindObject && (c.kind != kindString || !isMacro(c.text)); l.releases.Before(6, 2) && (old || !l.releases.Since(6, 2)) {
		return l.oldCond(c, source)
	}
	return l.predicate(c, source)
}

// predicate lowers a condition in the form of QEMU 6.2 and newer.
func (l *lowerer) predicate(n *node, source string) ast.Cond {
	switch n.kind {
	case kindString:
		if !isMacro(n.text) && l.releases.Before(6, 2) {
			return l.cText(n, source)
		}
		if !isMacro(n.text) {
			d := l.errorf(codeBadCondition, n, "'if' condition '%s' of %s is not a valid identifier", n.text, source)
			if form := objectForm(n.text); form != "" {
				d.Hint(form)
				l.dialect.noteNewer(d, cCondition)
			}
			return nil
		}
		return &ast.CondMacro{Span: n.Span, Name: n.text}
	case kindObject:
	default:
		d := l.errorf(codeBadCondition, n, "'if' condition of %s must be a string or an object", source)
		if n.kind == kindArray {
			d.Hint("lists of conditions were dropped in QEMU 6.2: write { 'all': [ ... ] }")
			l.dialect.noteNewer(d, conditionList)
		}
		return nil
	}
	if !l.keys(n, "'if' condition of "+source, nil, []string{"all", "any", "not"}) {
		return nil
	}
	if len(n.members) != 1 {
		l.errorf(codeBadCondition, n, "'if' condition of %s has conflicting keys", source)
		return nil
	}
	value := n.members[0].value
	switch n.members[0].key.Value {
	case "not":
		if c := l.predicate(value, source); c != nil {
			return &ast.CondNot{Span: n.Span, Cond: c}
		}
	case "all":
		if list := l.predicates(value, "all", source); list != nil {
			return &ast.CondAll{Span: n.Span, Conds: list}
		}
	case "any":
		if list := l.predicates(value, "any", source); list != nil {
			return &ast.CondAny{Span: n.Span, Conds: list}
		}
	}
	return nil
}

// predicates lowers the operands of 'all' or 'any'.
func (l *lowerer) predicates(n *node, operator, source string) []ast.Cond {
	if n.kind != kindArray {
		l.errorf(codeBadCondition, n, "'%s' condition of %s must be an array", operator, source)
		return nil
	}
	if len(n.values) == 0 {
		l.errorf(codeBadCondition, n, "'if' condition [] of %s is useless", source)
		return nil
	}
	var list []ast.Cond
	for _, v := range n.values {
		if c := l.predicate(v, source); c != nil {
			list = append(list, c)
		}
	}
	return list
}

// isMacro reports whether s matches [A-Z][A-Z0-9_]*.
func isMacro(s string) bool {
	return s != "" && 'A' <= s[0] && s[0] <= 'Z' && strings.Trim(s, uppers+digits+"_") == ""
}

// features lowers the 'features' of an object.
func (l *lowerer) features(n *node) []*ast.Feature {
	list := n.get("features")
	if list == nil {
		return nil
	}
	if list.kind != kindArray {
		l.errorf(codeBadShape, list, "'features' must be an array")
		return nil
	}
	const source = "'features' member"
	var features []*ast.Feature
	for _, v := range list.values {
		name := v
		if v.kind == kindObject {
			l.keys(v, source, []string{"name"}, []string{"if"})
			if name = v.get("name"); name == nil {
				continue
			}
		}
		if name.kind != kindString {
			l.errorf(codeBadShape, name, "%s requires a string name", source)
			continue
		}
		source := source + " '" + name.text + "'"
		l.memberName(name, name.text, source, l.caseRule())
		f := &ast.Feature{Span: v.Span, Name: name.str()}
		if v.kind == kindObject {
			f.If = l.cond(v, source)
		}
		features = append(features, f)
	}
	return features
}

// flags checks the flags of a definition. A flag only accepts the value that is not its
// default.
func (l *lowerer) flags() {
	if l.releases.Before(2, 4) {
		return // these releases accept any value
	}
	for _, key := range []string{"gen", "success-response"} {
		if v := l.obj.get(key); v != nil && (v.kind != kindBool || v.flag) {
			d := l.errorf(codeBadFlag, v, "flag '%s' may only use false value", key)
			if v.kind == kindString && v.text == "no" {
				d.Hint("QEMU 2.4 replaced 'no' with false")
				l.dialect.noteNewer(d, stringFlag)
			}
		}
	}
	for _, key := range []string{"boxed", "allow-oob", "allow-preconfig", "coroutine"} {
		if v := l.obj.get(key); v != nil && (v.kind != kindBool || !v.flag) {
			l.errorf(codeBadFlag, v, "flag '%s' may only use true value", key)
		}
	}
	if oob, co := l.obj.get("allow-oob"), l.obj.get("coroutine"); oob != nil && co != nil {
		l.errorf(codeBadFlag, co, "flags 'allow-oob' and 'coroutine' are incompatible").
			Note(oob.From, oob.To, "'allow-oob' is set here")
	}
}
