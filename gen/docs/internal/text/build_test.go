package text

import "github.com/qapi-go/qapi-go/ir"

// builder makes schemas for tests by hand, so that they do not depend on the
// parser.
type builder struct{ s *ir.Schema }

func newBuilder() *builder {
	root := &ir.Module{Name: "test.json"}
	return &builder{&ir.Schema{Root: root, Modules: []*ir.Module{root}, ByName: make(map[string]ir.Def)}}
}

func (b *builder) add(d ir.Def) {
	b.s.ByName[d.Head().Name] = d
	if _, builtin := d.(*ir.Builtin); !builtin && !d.Head().Implicit {
		b.s.Root.Items = append(b.s.Root.Items, d)
	}
	if t, ok := d.(ir.Type); ok {
		b.s.Types = append(b.s.Types, t)
	}
}

func (b *builder) builtin(name string, kind ir.JSONKind) *ir.Builtin {
	if d, ok := b.s.ByName[name]; ok {
		return d.(*ir.Builtin)
	}
	t := &ir.Builtin{Info: ir.Info{Name: name}, JSON: kind}
	b.add(t)
	return t
}

func (b *builder) str() ir.Type  { return b.builtin("str", ir.JSONString) }
func (b *builder) int() ir.Type  { return b.builtin("int", ir.JSONInt) }
func (b *builder) bool() ir.Type { return b.builtin("bool", ir.JSONBoolean) }
func (b *builder) null() ir.Type { return b.builtin("null", ir.JSONNull) }

func array(elem ir.Type) *ir.Array {
	return &ir.Array{Info: ir.Info{Name: elem.Head().Name + "List", Implicit: true}, Elem: elem}
}

// doc makes a documentation comment: a body and then, alternately, the kind of
// a section (with "kind name" for those with a name) and its text.
func doc(symbol, body string, rest ...string) *ir.Doc {
	d := &ir.Doc{Symbol: symbol, Sections: []*ir.Section{{Kind: ir.SectionBody, Text: body}}}
	for i := 0; i+1 < len(rest); i += 2 {
		kind, name := rest[i], ""
		for j := range kind {
			if kind[j] == ' ' {
				kind, name = kind[:j], kind[j+1:]
				break
			}
		}
		d.Sections = append(d.Sections, &ir.Section{Kind: ir.SectionKind(kind), Name: name, Text: rest[i+1]})
	}
	return d
}

// member makes a member; a name that starts with '*' is optional.
func (b *builder) member(name string, t ir.Type) *ir.Member {
	if name[0] == '*' {
		return &ir.Member{Name: name[1:], Type: t, Optional: true}
	}
	return &ir.Member{Name: name, Type: t}
}

// structure makes a struct and connects its members to its documentation.
func (b *builder) structure(d *ir.Doc, members ...*ir.Member) *ir.Struct {
	s := &ir.Struct{Info: ir.Info{Name: d.Symbol, Doc: d}, Members: members}
	own(s, d, members)
	b.add(s)
	return s
}

func own(owner ir.Def, d *ir.Doc, members []*ir.Member) {
	for _, m := range members {
		m.Owner = owner
		m.Doc = d.Section(ir.SectionMember, m.Name)
	}
}

func (b *builder) enum(d *ir.Doc, values ...string) *ir.Enum {
	e := &ir.Enum{Info: ir.Info{Name: d.Symbol, Doc: d}}
	for _, v := range values {
		e.Values = append(e.Values, &ir.EnumValue{Name: v, Doc: d.Section(ir.SectionMember, v)})
	}
	b.add(e)
	return e
}

// args makes the implicit struct of arguments that are given inline.
func (b *builder) args(owner ir.Def, d *ir.Doc, members ...*ir.Member) *ir.Struct {
	own(owner, d, members)
	s := &ir.Struct{Info: ir.Info{Name: "q_obj_" + d.Symbol + "-arg", Implicit: true}, Members: members}
	b.add(s)
	return s
}

func (b *builder) command(d *ir.Doc, args ...*ir.Member) *ir.Command {
	c := &ir.Command{Info: ir.Info{Name: d.Symbol, Doc: d}, Gen: true, SuccessResponse: true}
	if len(args) > 0 {
		c.Arg = b.args(c, d, args...)
	}
	b.add(c)
	b.s.Commands = append(b.s.Commands, c)
	return c
}

func (b *builder) event(d *ir.Doc, data ...*ir.Member) *ir.Event {
	e := &ir.Event{Info: ir.Info{Name: d.Symbol, Doc: d}}
	if len(data) > 0 {
		e.Arg = b.args(e, d, data...)
	}
	b.add(e)
	b.s.Events = append(b.s.Events, e)
	return e
}
