package wire

import (
	"encoding/json"
	"errors"
	"reflect"
	"unsafe"
)

// A planner compiles the plan of a type and those of all types that it consists of. They are
// published together when all are complete.
type planner struct {
	made []*plan // few enough for linear search
}

var (
	knownType     = reflect.TypeFor[interface{ Known() bool }]()
	unionType     = reflect.TypeFor[interface{ WireUnion() *Union }]()
	alternateType = reflect.TypeFor[interface{ WireAlternate() }]()

	nullType   = reflect.TypeFor[Null]()
	numberType = reflect.TypeFor[json.Number]()
	rawType    = reflect.TypeFor[json.RawMessage]()
	mapType    = reflect.TypeFor[map[string]any]()
)

func (b *planner) plan(t reflect.Type) *plan {
	for _, p := range b.made {
		if p.typ == t {
			return p
		}
	}
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p := &plan{typ: t, bytes: t.Size(), slot: uint8(len(b.made) % poolSlots)}
	b.made = append(b.made, p)
	b.fill(p)
	return p
}

// fill determines the kind of the plan of p.typ.
func (b *planner) fill(p *plan) {
	t := p.typ
	switch t {
	case nullType:
		p.kind = kindNull
		return
	case numberType:
		p.kind = kindNumber
		return
	case rawType:
		p.kind = kindRaw
		return
	case mapType:
		p.kind = kindMap
		return
	}
	ptr := reflect.PointerTo(t)
	if t.Kind() != reflect.Struct && hasMethods(ptr) {
		p.kind = kindReflect
		return
	}
	switch t.Kind() {
	case reflect.Bool:
		p.kind = kindBool
	case reflect.String:
		p.kind = kindString
		if ptr.Implements(knownType) {
			p.kind = kindEnum
			p.values = new(enumValues)
			known := reflect.New(t).Interface().(interface{ Known() bool })
			p.known = (*words)(unsafe.Pointer(&known)).typ
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.kind = [...]kind{1: kindInt8, 2: kindInt16, 4: kindInt32, 8: kindInt64}[t.Size()]
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		p.kind = [...]kind{1: kindUint8, 2: kindUint16, 4: kindUint32, 8: kindUint64}[t.Size()]
	case reflect.Float64:
		p.kind = kindFloat
	case reflect.Interface:
		p.kind = kindReflect
		if t.NumMethod() == 0 {
			p.kind = kindAny
		}
	case reflect.Pointer:
		p.kind = kindPointer
		p.elem = b.plan(t.Elem())
		if t.Elem().Kind() == reflect.Pointer {
			p.bad("a pointer to a pointer stands for nothing in a schema")
		}
	case reflect.Slice:
		p.kind = kindSlice
		p.elem = b.plan(t.Elem())
	case reflect.Struct:
		b.fillStruct(p, ptr)
	default:
		p.kind = kindReflect
	}
}

//go:noinline
func (p *plan) bad(why string) {
	p.kind = kindBad
	p.err = errors.New("type " + p.typ.String() + ": " + why)
}

// fillStruct completes the plan of a struct. Structs other than those in the package comment are
// encoded and decoded by reflection.
func (b *planner) fillStruct(p *plan, ptr reflect.Type) {
	t := p.typ
	s := fieldsOf(t)
	switch {
	case s.embeds: // may have promoted methods of a union without being one
		p.kind = kindReflect
		return
	case ptr.Implements(alternateType):
		b.fillAlternate(p)
		return
	case ptr.Implements(unionType):
		p.kind = kindUnion
	case hasMethods(ptr) && !s.needsMethods:
		p.kind, p.own = kindReflect, true
		return
	case s.needsReflection:
		p.kind = kindReflect
		return
	default:
		p.kind = kindStruct
	}
	if s.extra != nil {
		p.hasExtra, p.extra = true, s.extra.Offset
	}
	for k := range s.fields {
		f := &s.fields[k]
		b.addMember(p, f.name, &f.StructField, f.option == "omitzero")
	}
	p.finish()
	if p.kind == kindUnion {
		b.fillUnion(p, s.branch, reflect.New(t).Interface().(interface{ WireUnion() *Union }).WireUnion())
	}
}

// structFields is the information in the fields of a struct.
type structFields struct {
	fields        []structField        // fields that are encoded
	extra, branch *reflect.StructField // fields with these names

	// A field that is encoded is embedded.
	embeds bool
	// encoding/json differs from the package comment: the tags are missing, which makes names
	// case-insensitive, or have other options.
	needsReflection bool
	// encoding/json would treat some field differently, so generated types have methods that call
	// this package. Methods of other structs are their own.
	needsMethods bool
}

type structField struct {
	reflect.StructField
	name, option string // of the tag
}

func fieldsOf(t reflect.Type) *structFields {
	s := new(structFields)
	for k := range t.NumField() {
		f := structField{StructField: t.Field(k)}
		tag, tagged := jsonTag(f.Tag)
		if f.Name == "Extra" && f.Type == mapType {
			s.needsMethods = true
		}
		if tag == "-" || !f.IsExported() {
			s.embeds = s.embeds || f.Anonymous && tag != "-"
			switch {
			case f.Name == "Extra" && f.Type == mapType:
				s.extra = &f.StructField
			case f.Name == "Branch":
				s.branch = &f.StructField
			}
			continue
		}
		s.embeds = s.embeds || f.Anonymous
		f.name, f.option, _ = cut(tag, ',')
		if !tagged || f.option != "" && f.option != "omitzero" {
			s.needsReflection = true
		}
		if f.name == "" {
			f.name = f.Name
		}
		s.needsMethods = s.needsMethods || needsMethods(f.Type)
		s.fields = append(s.fields, f)
	}
	return s
}

// needsMethods reports whether encoding/json would treat a field of type t differently.
func needsMethods(t reflect.Type) bool {
	for list := t.Kind() == reflect.Slice; t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer; {
		if t = t.Elem(); list && t.Kind() == reflect.Uint8 {
			return true
		}
	}
	return t == nullType || t.Kind() == reflect.Interface && t.NumMethod() == 0 || reflect.PointerTo(t).Implements(alternateType)
}

func (b *planner) addMember(p *plan, name string, f *reflect.StructField, optional bool) {
	m := member{name: name, off: f.Offset, optional: optional}
	t := f.Type
	if t.Kind() == reflect.Pointer {
		m.pointer = true
		t = t.Elem()
	}
	m.plan = b.plan(t)
	m.kind = m.plan.kind
	if m.pointer && t.Kind() == reflect.Pointer {
		p.bad("field " + f.Name + " is a pointer to a pointer")
	}
	if !optional {
		p.mandatory = true
		if k := len(p.members); k < 64 {
			p.required |= 1 << k
		}
	}
	p.members = append(p.members, m)
}
