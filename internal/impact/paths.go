package impact

import (
	"slices"

	"github.com/qapi-go/qapi-go/ir"
)

// paths maps paths of package compat to uses: there a member is named after the definition in
// whose text it is, here after the type that has the field.
type paths struct {
	members  map[string][]member // by path
	values   map[string][]member
	branches map[string][]branchName
	commands map[string]*ir.Command // old ones, and new ones that are in the new schema only
	events   map[string]*ir.Event
	enums    map[string]*ir.Enum
	types    map[string]ir.Type
}

// A branchName is a branch of a union.
type branchName struct {
	union, value, enum string
	typ                string // the name of its type; empty if there is none
	only               bool   // the type belongs to this value only
}

func newPaths(old, new *ir.Schema) *paths {
	p := &paths{
		members: make(map[string][]member), values: make(map[string][]member), branches: make(map[string][]branchName),
		commands: make(map[string]*ir.Command), events: make(map[string]*ir.Event),
		enums: make(map[string]*ir.Enum), types: make(map[string]ir.Type),
	}
	for _, s := range []*ir.Schema{old, new} {
		for _, t := range s.Types {
			p.addType(t)
		}
		for _, c := range s.Commands {
			if p.commands[c.Name] == nil {
				p.commands[c.Name] = c
			}
			p.addMembers(c.Name, c.Arg)
		}
		for _, e := range s.Events {
			if p.events[e.Name] == nil {
				p.events[e.Name] = e
			}
			p.addMembers(e.Name, e.Arg)
		}
	}
	return p
}

func (p *paths) addType(t ir.Type) {
	name := t.Head().Name
	if p.types[name] == nil {
		p.types[name] = t
	}
	switch t := t.(type) {
	case *ir.Enum:
		if p.enums[name] == nil {
			p.enums[name] = t
		}
		for _, v := range t.Values {
			add(p.values, name+"."+v.Name, member{name, v.Name})
		}
	case *ir.Struct:
		p.addMembers(name, t)
	case *ir.Union:
		p.addMembers(name, t)
		p.addBranches(t)
	case *ir.Alternate:
		for _, b := range t.Branches {
			add(p.members, name+"."+b.Name, member{name, b.Name})
		}
	}
}

// addMembers adds the members of a type, named after the definition of its Go struct, by both
// paths that they may have.
func (p *paths) addMembers(def string, t ir.Type) {
	var members []*ir.Member
	switch t := t.(type) {
	case *ir.Struct:
		members = t.AllMembers()
	case *ir.Union:
		members = t.Base.AllMembers()
	}
	for _, m := range members {
		add(p.members, def+"."+m.Name, member{def, m.Name})
		if m.Owner != nil {
			add(p.members, m.Owner.Head().Name+"."+m.Name, member{def, m.Name})
		}
	}
}

func (p *paths) addBranches(u *ir.Union) {
	uses := make(map[ir.Type]int)
	for _, b := range u.Branches {
		if b.Type != nil {
			uses[b.Type]++
		}
	}
	enum := ""
	if e, ok := u.Discriminator.Type.(*ir.Enum); ok {
		enum = e.Name
	}
	for _, b := range u.Branches {
		br := branchName{union: u.Name, value: b.Name, enum: enum}
		if b.Type != nil {
			br.typ, br.only = b.Type.Head().Name, uses[b.Type] == 1
		}
		add(p.branches, u.Name+"."+b.Name, br)
		if enum != "" {
			add(p.values, u.Name+"."+b.Name, member{enum, b.Name})
		}
	}
}

func add[T comparable](m map[string][]T, key string, v T) {
	if !slices.Contains(m[key], v) {
		m[key] = append(m[key], v)
	}
}
