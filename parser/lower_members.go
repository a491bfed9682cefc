package parser

import (
	"strings"

	"github.com/qapi-go/qapi-go/ast"
)

// typeName lowers a value that must be a type name.
func (l *lowerer) typeName(n *node, source string) *ast.Str {
	if n == nil {
		return nil
	}
	if n.kind != kindString {
		d := l.errorf(codeBadShape, n, "%s should be a type name", source)
		if n.kind == kindArray {
			d.Hint("only branches of simple unions could be arrays; QEMU 6.2 dropped these")
		}
		return nil
	}
	name := n.str()
	return &name
}

// typeRef lowers a value that must be a type name or ['NAME'].
func (l *lowerer) typeRef(n *node, source string) (ast.TypeRef, bool) {
	switch {
	case n.kind == kindString:
		return ast.TypeRef{Span: n.Span, Name: n.str()}, true
	case n.kind != kindArray:
		l.errorf(codeBadShape, n, "%s should be a type name or array", source)
	case len(n.values) != 1 || n.values[0].kind != kindString:
		l.errorf(codeBadShape, n, "%s: array type must contain single type name", source)
	default:
		return ast.TypeRef{Span: n.Span, Name: n.values[0].str(), Array: true}, true
	}
	return ast.TypeRef{}, false
}

// nested lowers an object in place of a type: an anonymous struct of QEMU 2.3 and older.
func (l *lowerer) nested(n *node, source string) ast.TypeRef {
	return ast.TypeRef{Span: n.Span, Nested: true, Members: l.members(n, source, anyCase)}
}

// members lowers an object of members, whose names must follow the rule.
func (l *lowerer) members(n *node, source string, rule nameRule) []*ast.Member {
	if n.kind != kindObject {
		l.errorf(codeBadShape, n, "%s should be an object or type name", source)
		return nil
	}
	members := make([]*ast.Member, 0, len(n.members))
	block := make([]ast.Member, len(n.members))
	for i, p := range pairs(n) {
		m := &block[i]
		m.Span, m.Name = p.Span, p.key
		m.Name.Value, m.Optional = strings.CutPrefix(p.key.Value, "*")
		if p.typ.is(kindString) && p.long == nil && l.isMemberName(m.Name.Value, rule) { // the common case
			m.Type = ast.TypeRef{Span: p.typ.Span, Name: p.typ.str()}
			members = append(members, m)
			continue
		}
		source := source + " member '" + p.key.Value + "'"
		if l.memberName(p.key, m.Name.Value, source, rule) && l.isReservedMember(m.Name.Value) {
			l.errorf(codeReservedName, p.key, "%s uses reserved name", source)
		}
		if p.long != nil && l.releases.Before(2, 4) && (!l.releases.Since(4, 0) || p.typ == nil) {
			m.Type = l.nested(p.long, source)
			members = append(members, m)
			continue
		}
		if p.long != nil {
			if !l.longForm(p.long, source, "type") {
				continue
			}
			if !l.keys(p.long, source, []string{"type"}, []string{"if", "features"}) && p.typ == nil {
				l.last.Hint("QEMU 2.4 dropped nested structs without a name")
				l.dialect.noteNewer(l.last, nestedStruct)
			}
			m.If = l.cond(p.long, source)
			m.Features = l.features(p.long)
		}
		if p.typ == nil {
			continue
		}
		var ok bool
		if m.Type, ok = l.typeRef(p.typ, source); ok {
			members = append(members, m)
		}
	}
	return members
}

// branches lowers the branches of a union or alternate. If checked is set, their names are
// checked as member names; otherwise they are enum values. If arrays is set, their types may be
// arrays.
func (l *lowerer) branches(n *node, checked, arrays bool) []*ast.Branch {
	var branches []*ast.Branch
	for _, p := range pairs(n) {
		source := "'data' member '" + p.key.Value + "'"
		if checked {
			l.memberName(p.key, p.key.Value, source, l.caseRule())
		}
		b := &ast.Branch{Span: p.Span, Name: p.key}
		if p.long != nil {
			if !l.longForm(p.long, source, "type") {
				continue
			}
			l.keys(p.long, source, []string{"type"}, []string{"if"})
			b.If = l.cond(p.long, source)
		}
		if p.typ == nil {
			continue
		}
		if arrays {
			ref, ok := l.typeRef(p.typ, source)
			if !ok {
				continue
			}
			b.Type = ref
		} else {
			name := l.typeName(p.typ, source)
			if name == nil {
				continue
			}
			b.Type = ast.TypeRef{Span: name.Span, Name: *name}
		}
		branches = append(branches, b)
	}
	return branches
}

// data lowers the 'data' of the command or event named def.
func (l *lowerer) data(def string) (data *ast.Data, boxed bool) {
	n := l.obj.get("data")
	if flag := l.obj.get("boxed"); flag != nil {
		boxed = isTrue(flag)
		if boxed && n == nil {
			l.errorf(codeMissingKey, flag, "'boxed': true requires 'data'").Follows = l.misspelt("data")
		}
	}
	switch {
	case n == nil:
		return nil, boxed
	case boxed || n.kind == kindString:
		name := l.typeName(n, "'data'")
		if name == nil {
			return nil, boxed
		}
		return &ast.Data{Span: n.Span, Name: name}, boxed
	}
	rule := l.caseRule()
	if l.releases.Before(6, 0) {
		rule = l.memberRule("q_obj_" + def + "-arg")
	}
	return &ast.Data{Span: n.Span, Members: l.members(n, "'data'", rule)}, boxed
}

// isTrue reports whether Python considers a value true.
func isTrue(n *node) bool {
	switch n.kind {
	case kindObject:
		return len(n.members) > 0
	case kindArray:
		return len(n.values) > 0
	case kindString:
		return n.text != ""
	}
	return n.flag
}
