package parser

import (
	"strings"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/dialect"
)

// enum lowers an enum.
func (l *lowerer) enum(h ast.Header) ast.Def {
	def := &ast.Enum{Header: h}
	l.keys(l.obj, "enum", []string{"enum", "data"}, []string{"if", "features", "prefix"})
	data := l.obj.get("data")
	if data != nil && data.kind != kindArray {
		l.errorf(codeBadShape, data, "'data' must be an array")
	}
	if prefix := l.obj.get("prefix"); prefix.is(kindString) {
		s := prefix.str()
		def.Prefix = &s
	} else if prefix != nil {
		l.errorf(codeBadShape, prefix, "'prefix' must be a string")
	}
	if !data.is(kindArray) {
		return def
	}
	rule := l.memberRule(h.Name.Value)
	block := make([]ast.EnumValue, len(data.values))
	def.Values = make([]*ast.EnumValue, 0, len(data.values))
	for i, v := range data.values {
		if value := &block[i]; l.enumValue(value, v, rule) {
			def.Values = append(def.Values, value)
		}
	}
	return def
}

// enumValue lowers a value of an enum into value and reports whether it has a name. Unlike
// other names, it may start with a digit.
func (l *lowerer) enumValue(value *ast.EnumValue, n *node, rule nameRule) bool {
	source := "'data' member"
	name := n
	if n.kind == kindObject {
		if !l.longForm(n, source, "name") {
			return false
		}
		l.keys(n, source, []string{"name"}, []string{"if", "features"})
		if name = n.get("name"); name == nil {
			return false
		}
	}
	if name.kind != kindString {
		l.errorf(codeBadShape, name, "%s requires a string name", source)
		return false
	}
	*value = ast.EnumValue{Span: n.Span, Name: name.str()}
	checked := name.text
	if checked != "" && '0' <= checked[0] && checked[0] <= '9' {
		checked = "d" + checked
	}
	if n.kind == kindString && !l.releases.Before(2, 6) && l.isMemberName(checked, rule) { // the common case
		return true
	}
	source += " '" + name.text + "'"
	l.memberName(name, checked, source, rule)
	if l.releases.Within(dialect.Of(2, 4), dialect.Of(2, 5)) && strings.EqualFold(name.text, "max") {
		l.errorf(codeReservedName, name, "%s uses reserved name", source)
	}
	if n.kind == kindObject {
		value.If = l.cond(n, source)
		value.Features = l.features(n)
	}
	return true
}

// structure lowers a struct.
func (l *lowerer) structure(h ast.Header) ast.Def {
	def := &ast.Struct{Header: h}
	key := "struct"
	if l.obj.get(key) == nil {
		key = "type" // up to QEMU 2.3
	}
	l.keys(l.obj, key, []string{key, "data"}, []string{"base", "if", "features"})
	if data := l.obj.get("data"); data != nil {
		def.Members = l.members(data, "'data'", l.memberRule(h.Name.Value))
	}
	def.Base = l.typeName(l.obj.get("base"), "'base'")
	return def
}

// union lowers a union, including the simple and anonymous ones of older releases.
func (l *lowerer) union(h ast.Header) ast.Def {
	tag := l.obj.get("discriminator")
	if l.releases.Before(2, 4) && tag.is(kindObject) && len(tag.members) == 0 && (l.obj.get("base") == nil || !l.releases.Since(2, 4)) {
		return l.anonymousUnion(h)
	}
	def := &ast.Union{Header: h}
	simple := tag == nil && l.releases.Before(6, 2) &&
		(l.obj.get("base") == nil || l.releases.Overlaps(dialect.Of(1, 6), dialect.Of(2, 3)) || !l.releases.Since(6, 2))
	required, optional := []string{"union", "base", "discriminator", "data"}, []string{"if", "features"}
	if simple {
		required, optional = []string{"union", "data"}, []string{"base", "if", "features"}
		if !l.releases.Overlaps(dialect.Of(1, 6), dialect.Of(2, 3)) {
			optional = optional[1:]
		}
	}
	if !l.keys(l.obj, "union", required, optional) && tag == nil && l.obj.get("base") == nil {
		l.last.Hint("QEMU 6.2 dropped simple unions, which have no 'base' and 'discriminator'")
		l.dialect.noteNewer(l.last, simpleUnion)
	}
	if base := l.obj.get("base"); base.is(kindString) {
		name := base.str()
		def.Base = &ast.Base{Span: base.Span, Name: &name}
	} else if base != nil {
		rule := max(l.memberRule(h.Name.Value), l.memberRule("q_obj_"+h.Name.Value+"-base"))
		def.Base = &ast.Base{Span: base.Span, Members: l.members(base, "'base'", rule)}
	}
	if tag.is(kindString) {
		name := tag.str()
		def.Discriminator = &name
	} else if tag != nil {
		d := l.errorf(codeBadShape, tag, "'discriminator' requires a string name")
		if tag.is(kindObject) && len(tag.members) == 0 {
			d.Hint("QEMU 2.4 replaced unions with the discriminator {} by 'alternate'")
			l.dialect.noteNewer(d, emptyDiscriminator)
		}
	}
	if data := l.obj.get("data"); data.is(kindObject) {
		def.Branches = l.branches(data, simple, simple)
		if len(data.members) == 0 && l.releases.Within(dialect.Of(2, 6), dialect.Of(4, 1)) {
			l.errorf(codeBadShape, data, "'data' must not be empty")
		}
	} else if data != nil {
		l.errorf(codeBadShape, data, "'data' must be an object")
	}
	return def
}

// anonymousUnion lowers a union with an empty discriminator, which QEMU 2.4 replaced by
// alternates.
func (l *lowerer) anonymousUnion(h ast.Header) ast.Def {
	def := &ast.Alternate{Header: h}
	l.keys(l.obj, "union", []string{"union", "discriminator", "data"}, nil)
	if data := l.obj.get("data"); data.is(kindObject) {
		def.Branches = l.branches(data, true, true)
	} else if data != nil {
		l.errorf(codeBadShape, data, "'data' must be an object")
	}
	return def
}

// alternate lowers an alternate.
func (l *lowerer) alternate(h ast.Header) ast.Def {
	def := &ast.Alternate{Header: h}
	l.keys(l.obj, "alternate", []string{"alternate", "data"}, []string{"if", "features"})
	switch data := l.obj.get("data"); {
	case data == nil:
	case !isTrue(data):
		l.errorf(codeBadShape, data, "'data' must not be empty")
	case data.kind != kindObject:
		l.errorf(codeBadShape, data, "'data' must be an object")
	default:
		def.Branches = l.branches(data, true, true)
		if len(data.members) < 2 && l.releases.Within(dialect.Of(2, 6), dialect.Of(4, 1)) {
			l.errorf(codeBadShape, data, "QEMU 2.6 to 4.1 require an alternate to have at least two branches")
		}
	}
	return def
}

// command lowers a command.
func (l *lowerer) command(h ast.Header) ast.Def {
	def := &ast.Command{Header: h}
	l.keys(l.obj, "command", []string{"command"}, []string{
		"data", "returns", "boxed", "if", "features",
		"gen", "success-response", "allow-oob", "allow-preconfig", "coroutine",
	})
	def.Data, def.Boxed = l.data(h.Name.Value)
	if returns := l.obj.get("returns"); returns != nil {
		if ref, ok := l.typeRef(returns, "'returns'"); ok {
			def.Returns = &ref
		}
	}
	isSet := func(key string, value bool) bool {
		flag := l.obj.get(key)
		return flag.is(kindBool) && flag.flag == value
	}
	def.NoGen = isSet("gen", false)
	def.NoSuccessResponse = isSet("success-response", false)
	if l.releases.Before(2, 4) {
		flag := l.obj.get("success-response")
		def.NoGen = l.obj.get("gen") != nil // the value was ignored
		def.NoSuccessResponse = def.NoSuccessResponse || flag.is(kindString) && flag.text == "no"
	}
	def.AllowOOB = isSet("allow-oob", true)
	def.AllowPreconfig = isSet("allow-preconfig", true)
	def.Coroutine = isSet("coroutine", true)
	return def
}

// event lowers an event.
func (l *lowerer) event(h ast.Header) ast.Def {
	def := &ast.Event{Header: h}
	l.keys(l.obj, "event", []string{"event"}, []string{"data", "boxed", "if", "features"})
	def.Data, def.Boxed = l.data(h.Name.Value)
	return def
}
