package golang

import (
	"go/token"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// A builder makes schemas for tests, without the front end. Everything that is
// defined gets a position: its line is the number of the definition.
type builder struct {
	schema *ir.Schema
	file   *token.File
	line   int
}

func newBuilder(modules ...string) *builder {
	fset := token.NewFileSet()
	b := &builder{schema: &ir.Schema{Fset: fset, ByName: map[string]ir.Def{}}}
	b.file = fset.AddFile("test.json", -1, 1000)
	lines := make([]int, 1000)
	for i := range lines {
		lines[i] = i
	}
	b.file.SetLines(lines)
	for _, name := range append([]string{"test.json"}, modules...) {
		b.schema.Modules = append(b.schema.Modules, &ir.Module{Name: name, File: name})
	}
	b.schema.Root = b.schema.Modules[0]
	return b
}

func (b *builder) info(name string) ir.Info {
	b.line++
	pos := b.file.LineStart(b.line)
	return ir.Info{Name: name, Pos: pos, NamePos: pos, Module: b.schema.Root}
}

func (b *builder) add(d ir.Def) {
	b.schema.Root.Items = append(b.schema.Root.Items, d)
	b.enter(d)
}

func (b *builder) enter(d ir.Def) {
	b.schema.ByName[d.Head().Name] = d
	switch d := d.(type) {
	case ir.Type:
		b.schema.Types = append(b.schema.Types, d)
	case *ir.Command:
		b.schema.Commands = append(b.schema.Commands, d)
	case *ir.Event:
		b.schema.Events = append(b.schema.Events, d)
	}
}

var jsonKinds = map[string]ir.JSONKind{
	"str": ir.JSONString, "bool": ir.JSONBoolean, "number": ir.JSONNumber,
	"int": ir.JSONInt, "int8": ir.JSONInt, "int16": ir.JSONInt, "int32": ir.JSONInt, "int64": ir.JSONInt,
	"uint8": ir.JSONInt, "uint16": ir.JSONInt, "uint32": ir.JSONInt, "uint64": ir.JSONInt, "size": ir.JSONInt,
	"null": ir.JSONNull, "any": ir.JSONValue,
}

// typ returns the type of that name; "[T]" is a list of T.
func (b *builder) typ(name string) ir.Type {
	if elem, ok := strings.CutPrefix(name, "["); ok {
		t := b.typ(strings.TrimSuffix(elem, "]"))
		return &ir.Array{Info: ir.Info{Name: t.Head().Name + "List", Implicit: true}, Elem: t}
	}
	if kind, ok := jsonKinds[name]; ok {
		return &ir.Builtin{Info: ir.Info{Name: name}, JSON: kind}
	}
	t, ok := b.schema.ByName[name].(ir.Type)
	if !ok {
		panic("the test has no type " + name)
	}
	return t
}

// members makes members from words such as "*name:str".
func (b *builder) members(owner ir.Def, words string) []*ir.Member {
	var list []*ir.Member
	for _, word := range strings.Fields(words) {
		name, typ, _ := strings.Cut(word, ":")
		name, optional := strings.CutPrefix(name, "*")
		list = append(list, &ir.Member{Name: name, Pos: owner.Head().Pos, Type: b.typ(typ), Optional: optional, Owner: owner})
	}
	return list
}

func (b *builder) enum(name string, values ...string) *ir.Enum {
	e := &ir.Enum{Info: b.info(name)}
	for _, v := range values {
		e.Values = append(e.Values, &ir.EnumValue{Name: v, Pos: e.Pos})
	}
	b.add(e)
	return e
}

func (b *builder) object(name, base, members string) *ir.Struct {
	s := &ir.Struct{Info: b.info(name)}
	if base != "" {
		s.Base = b.typ(base).(*ir.Struct)
	}
	b.add(s)
	s.Members = b.members(s, members)
	return s
}

// union makes a union; branches are words such as "value:Type", or "value:" for
// an empty one.
func (b *builder) union(name, base, discriminator, branches string) *ir.Union {
	u := &ir.Union{Info: b.info(name)}
	u.Base = &ir.Struct{Info: ir.Info{Name: "q_obj_" + name + "-base", Implicit: true}}
	b.add(u)
	u.Base.Members = b.members(u, base)
	for _, m := range u.Base.Members {
		if m.Name == discriminator {
			u.Discriminator = m
		}
	}
	for _, word := range strings.Fields(branches) {
		value, typ, _ := strings.Cut(word, ":")
		br := &ir.Branch{Name: value, Pos: u.Pos}
		if typ != "" {
			br.Type = b.typ(typ)
		}
		u.Branches = append(u.Branches, br)
	}
	return u
}

func (b *builder) alternate(name, branches string) *ir.Alternate {
	a := &ir.Alternate{Info: b.info(name)}
	b.add(a)
	for _, word := range strings.Fields(branches) {
		branch, typ, _ := strings.Cut(word, ":")
		a.Branches = append(a.Branches, &ir.AltBranch{Name: branch, Pos: a.Pos, Type: b.typ(typ)})
	}
	return a
}

// data returns the type of a command's or event's data: that of one name, or an
// implicit one of members.
func (b *builder) data(owner ir.Def, words string) ir.Type {
	switch {
	case words == "":
		return nil
	case !strings.Contains(words, ":"):
		return b.typ(words)
	}
	s := &ir.Struct{Info: ir.Info{Name: "q_obj_" + owner.Head().Name + "-arg", Implicit: true}}
	b.enter(s)
	s.Members = b.members(owner, words)
	return s
}

func (b *builder) command(name, data, returns string) *ir.Command {
	c := &ir.Command{Info: b.info(name), Gen: true, SuccessResponse: true}
	b.add(c)
	c.Arg = b.data(c, data)
	if returns != "" {
		c.Returns = b.typ(returns)
	}
	return c
}

func (b *builder) event(name, data string) *ir.Event {
	e := &ir.Event{Info: b.info(name)}
	b.add(e)
	e.Arg = b.data(e, data)
	return e
}

// doc makes documentation of sections given as kind, name and text in turn.
func doc(sections ...string) *ir.Doc {
	d := &ir.Doc{}
	for i := 0; i+2 < len(sections); i += 3 {
		d.Sections = append(d.Sections, &ir.Section{Kind: ir.SectionKind(sections[i]), Name: sections[i+1], Text: sections[i+2]})
	}
	return d
}
