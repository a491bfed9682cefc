package wire

import (
	"reflect"
	"sync/atomic"
	"unsafe"
)

// A unionPlan is the information about a union beyond its common members.
type unionPlan struct {
	tag       int          // index of the discriminator among the members
	optional  bool         // the discriminator is optional: its field is a pointer
	shared    memberSet    // common members that branches have as well
	hasShared bool         // there are any
	iface     reflect.Type // type of the field Branch
	branch    uintptr      // offset of the field Branch
	branches  []branchPlan
	names     nameTable  // values of the branches
	unknown   branchPlan // for unknown values; its value is empty
}

// A branchPlan is the branch for one value of the discriminator.
type branchPlan struct {
	_     incomparable
	value string
	plan  *plan          // plan of the struct or union; nil for an empty branch
	word  unsafe.Pointer // first word of the interface value that holds *T
}

// fillUnion completes the plan of a union whose common members have been added. f is the field
// Branch.
func (b *planner) fillUnion(p *plan, f *reflect.StructField, u *Union) {
	if f == nil || f.Type.Kind() != reflect.Interface {
		p.bad("a union needs a field Branch of an interface type")
		return
	}
	if u == nil {
		p.bad("WireUnion returns nil")
		return
	}
	tag := p.find(u.Tag)
	if tag < 0 || p.members[tag].plan.typ.Kind() != reflect.String {
		p.bad("there is no string member to be the discriminator " + u.Tag)
		return
	}
	p.union = &unionPlan{tag: tag, optional: p.members[tag].pointer, iface: f.Type, branch: f.Offset}
	for _, name := range u.Shared {
		k := p.find(name)
		if k < 0 {
			p.bad("there is no common member " + name)
			return
		}
		p.union.shared.add(uint(k))
		p.union.hasShared = true
		p.members[k].spelling = unexpected
	}
	values := make([]string, len(u.Branches))
	p.union.branches = make([]branchPlan, len(u.Branches))
	for k := range u.Branches {
		ub, bp := &u.Branches[k], &p.union.branches[k]
		values[k], bp.value = ub.Value, ub.Value
		if ub.Type != nil {
			t := reflect.TypeOf(ub.Type)
			if bp.word = branchWord(f.Type, t); bp.word == nil {
				p.bad("the type of branch " + ub.Value + " is no pointer that implements that of Branch")
				return
			}
			bp.plan = b.plan(t.Elem())
			if bp.plan.kind != kindStruct && bp.plan.kind != kindUnion {
				p.bad("the type of branch " + ub.Value + " is neither a struct nor a union")
				return
			}
		}
	}
	p.union.names = makeNameTable(values)
	p.branches = make([]atomic.Pointer[shape], len(values))
	t := reflect.TypeOf(u.Unknown)
	if t == nil {
		return // unknown branches are refused
	}
	if p.union.unknown.word = branchWord(f.Type, t); p.union.unknown.word == nil {
		p.bad("the type of unknown branches is no pointer that implements that of Branch")
		return
	}
	t = t.Elem()
	if t.Kind() != reflect.Struct || t.NumField() != 1 || t.Field(0).Type != reflect.TypeFor[Unknown]() {
		p.bad("the type of unknown branches is not a pointer to a struct that embeds only Unknown")
		return
	}
	p.union.unknown.plan = &plan{typ: t, bytes: t.Size()}
}

// tagValue returns the value of the discriminator of the union at base, and whether there is one:
// false for a nil pointer.
func (p *plan) tagValue(base unsafe.Pointer) (string, bool) {
	value := p.members[p.union.tag].stringAt(base)
	if value == nil {
		return "", false
	}
	return *value, true
}

// stringAt returns the address of the discriminator's value in the union at base, or nil.
func (m *member) stringAt(base unsafe.Pointer) *string {
	field := unsafe.Add(base, m.off)
	if m.pointer {
		field = *(*unsafe.Pointer)(field)
	}
	return (*string)(field)
}

// find returns the branch for a value of the discriminator, or nil.
func (u *unionPlan) find(value string) *branchPlan {
	if k := u.names.find(value); k >= 0 {
		return &u.branches[k]
	}
	return nil
}

// discriminator returns the value of the discriminator of the union at src. If it is not set, it is
// derived from Branch: the value whose branch has that type, or "" if there are several.
func (p *plan) discriminator(src unsafe.Pointer) string {
	u := p.union
	value, _ := p.tagValue(src)
	field := (*words)(unsafe.Add(src, u.branch))
	if value != "" || field.typ == nil {
		return value
	}
	for k := range u.branches {
		b := &u.branches[k]
		switch {
		case !u.fits(field, b):
		case value != "":
			return ""
		default:
			value = b.value
		}
	}
	return value
}

// branchWord returns the first word of an interface value of type iface that holds a pointer of
// type t, or nil if t is not a pointer type that implements iface.
func branchWord(iface, t reflect.Type) unsafe.Pointer {
	if t.Kind() != reflect.Pointer || !t.Implements(iface) {
		return nil
	}
	v := reflect.New(iface)
	v.Elem().Set(reflect.New(t).Elem())
	return (*words)(v.UnsafePointer()).typ
}

// setBranch sets the field Branch of the union at base to a new value of b's type, and returns its
// address.
func (d *decoder) setBranch(u *unionPlan, base unsafe.Pointer, b *branchPlan) unsafe.Pointer {
	value := d.make(b.plan)
	field := (*words)(unsafe.Add(base, u.branch))
	*(*unsafe.Pointer)(unsafe.Pointer(&field.typ)) = b.word
	field.data = value
	return value
}

// fits reports whether the field Branch, which is not nil, holds a value of b's type. The first
// words may differ for one type: programs with plugins can have several method tables for it.
func (u *unionPlan) fits(field *words, b *branchPlan) bool {
	if b.plan == nil {
		return false
	}
	return field.typ == b.word || u.branchType(field) == reflect.PointerTo(b.plan.typ)
}

// branchType returns the dynamic type of a field Branch, or nil.
func (u *unionPlan) branchType(field *words) reflect.Type {
	v := reflect.NewAt(u.iface, unsafe.Pointer(field)).Elem().Elem()
	if !v.IsValid() {
		return nil
	}
	return v.Type()
}

// Kinds of JSON values, determined by their first byte.
const (
	classNull = iota
	classBool
	classNumber
	classString
	classArray
	classObject
	classes
	classNone = -1
)

// classOf returns the kind of the value that starts with c.
func classOf(c byte) int {
	switch {
	case c == '"':
		return classString
	case c == '{':
		return classObject
	case c == '[':
		return classArray
	case c == 't' || c == 'f':
		return classBool
	case c == 'n':
		return classNull
	case c == '-' || c-'0' <= 9:
		return classNumber
	}
	return classNone
}

// class returns the kind of JSON value for the values of a plan, or classNone if there are several.
func (p *plan) class() int {
	switch p.kind {
	case kindBool:
		return classBool
	case kindString, kindEnum:
		return classString
	case kindInt8, kindInt16, kindInt32, kindInt64, kindUint8, kindUint16, kindUint32, kindUint64, kindFloat, kindNumber:
		return classNumber
	case kindSlice:
		return classArray
	case kindStruct, kindUnion, kindMap:
		return classObject
	}
	return classNone
}

// fillAlternate completes the plan of an alternate from its fields.
func (b *planner) fillAlternate(p *plan) {
	p.kind = kindAlternate
	for k := range p.classes {
		p.classes[k] = -1
	}
	for k := range p.typ.NumField() {
		f := p.typ.Field(k)
		if !f.IsExported() {
			continue
		}
		class := classNull
		if f.Name == "Null" && f.Type.Kind() == reflect.Bool {
			p.members = append(p.members, member{name: f.Name, off: f.Offset, kind: kindNull, plan: b.plan(nullType)})
		} else {
			if f.Type.Kind() != reflect.Pointer && f.Type.Kind() != reflect.Slice {
				p.bad("field " + f.Name + " of an alternate is neither a pointer nor a list")
				return
			}
			b.addMember(p, f.Name, &f, true)
			class = p.members[len(p.members)-1].plan.class()
		}
		if class == classNone || p.classes[class] >= 0 {
			p.bad("field " + f.Name + " of an alternate cannot be told from the others")
			return
		}
		p.classes[class] = int8(len(p.members) - 1)
	}
}
