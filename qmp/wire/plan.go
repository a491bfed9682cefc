package wire

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A kind says how a plan's values are decoded and encoded.
type kind uint8

const (
	kindBad kind = iota // err says why
	kindBool
	kindString
	kindEnum
	kindInt8
	kindInt16
	kindInt32
	kindInt64
	kindUint8
	kindUint16
	kindUint32
	kindUint64
	kindFloat
	kindNull
	kindAny
	kindNumber // json.Number
	kindRaw    // json.RawMessage
	kindMap    // map[string]any
	kindPointer
	kindSlice
	kindStruct
	kindUnion
	kindAlternate
	kindReflect // as encoding/json does, by reflection
	kindTag     // of a member: the discriminator of its union
)

// A plan is what the codec needs to know of a type. It is never changed once it
// is in the cache.
type plan struct {
	kind   kind
	typ    reflect.Type
	err    error          // of kindBad
	elem   *plan          // of a pointer or list
	bytes  uintptr        // of a value in memory
	known  unsafe.Pointer // first word of an interface{ Known() bool }, of an enum
	values *enumValues    // of an enum
	slot   uint8          // of its pool in a decoder
	own    bool           // a struct for reflection that has methods for JSON or text of its own

	// Of a struct, union or alternate.
	shape
	mandatory bool // there are mandatory members
	room      int  // bytes that the names and scalars take at most
	extra     uintptr
	hasExtra  bool
	classes   [classes]int8 // of an alternate: the member for a kind of value, or -1
}

// A member is a field of a struct that takes part.
type member struct {
	spelling
	index    uint32 // in its shape
	level    uint32 // of its shape: which struct the field is in
	step     step
	off      uintptr
	plan     *plan // of the value; of a field that is a pointer, of what it points to
	kind     kind  // the plan's
	absent   absence
	pointer  bool // the field is a pointer
	optional bool
	nilable  bool // the field is absent if its first word is nil; if optional and no pointer
	keyLen   uint8
	key      [keySize]byte // ,"name":
	longKey  string        // the same, if it is longer than that
	name     string
}

// keySize is how much of a name is copied in one go.
const keySize = 32

var (
	plans    sync.Map   // reflect.Type → *plan
	planning sync.Mutex // held while plans are made
)

// planOf returns the plan for a type. It may be called at any time by any
// goroutine.
func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	planning.Lock()
	defer planning.Unlock()
	var b planner
	p := b.plan(t)
	for _, made := range b.made {
		for k := range made.members {
			// Of a recursive type, the kind was not final before.
			m := &made.members[k]
			m.kind = m.plan.kind
			if made.union != nil && k == made.union.tag {
				m.kind = kindTag
			}
			m.step = m.stepOf()
			m.nilable = m.kind == kindSlice || m.kind == kindRaw || m.kind == kindMap || m.kind == kindAny
			m.absent = m.absenceOf()
		}
		plans.Store(made.typ, made)
	}
	return p
}

// recent has the plans that were of use last, by the types of pointers to their
// values: a look-up that takes almost no time. An entry can be overwritten by
// any other at any time.
var recent [256]atomic.Pointer[recentPlan]

type recentPlan struct {
	typ  unsafe.Pointer // first word of an interface value that holds a *T
	plan *plan
}

// target returns the plan of what v points to, or nil if it is no pointer.
func target(v any) *plan {
	typ := (*words)(unsafe.Pointer(&v)).typ
	slot := &recent[uintptr(typ)/32%uintptr(len(recent))]
	if r := slot.Load(); r != nil && r.typ == typ {
		return r.plan
	}
	t := reflect.TypeOf(v)
	if t.Kind() != reflect.Pointer {
		return nil
	}
	r := &recentPlan{typ, planOf(t.Elem())}
	slot.Store(r)
	return r.plan
}

// A planner makes the plan of a type and of all types that it is made of. They
// are published together, when each is complete.
type planner struct {
	made []*plan // few enough to be searched from the start
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

// fill finds out what kind of type a plan is for.
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

// fillStruct makes the plan of a struct. Those that are not as the package
// comment says are read and written by reflection.
func (b *planner) fillStruct(p *plan, ptr reflect.Type) {
	t := p.typ
	s := fieldsOf(t)
	switch {
	case s.embeds: // and so may have the methods of a union, which it is not
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
	p.finishMembers()
	if p.kind == kindUnion {
		b.fillUnion(p, s.branch, reflect.New(t).Interface().(interface{ WireUnion() *Union }).WireUnion())
	}
}

// structFields is what the fields of a struct say.
type structFields struct {
	fields        []structField        // those that take part
	extra, branch *reflect.StructField // those with these names

	// One that takes part is embedded.
	embeds bool
	// encoding/json would treat the struct otherwise than the package comment says: for other
	// tags or none, which encoding/json matches in any case of letters.
	needsReflection bool
	// There is a field of which encoding/json would make something else than this package, so
	// that a generated type has methods that call it. Methods of other structs are their own.
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
		f.name, f.option, _ = strings.Cut(tag, ",")
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

// needsMethods reports whether encoding/json would make something else of a field of type t.
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
	key := `,"` + name + `":`
	if len(key) <= keySize {
		m.keyLen = uint8(copy(m.key[:], key))
	} else {
		m.longKey = key
	}
	p.members = append(p.members, m)
}

// finishMembers does what can be done when all members are known.
func (p *plan) finishMembers() {
	for k := range p.members {
		p.room += len(p.members[k].name) + len(`,"":`) + scalarSize
	}
	p.room += keySize
	p.finish()
}

// isNullField reports whether m is the field Null of an alternate.
func (m *member) isNullField() bool { return m.kind == kindNull && !m.pointer }

// isZero reports whether the value at v is its type's zero value, or, of one for reflection
// type, says so itself.
func isZero(p *plan, v unsafe.Pointer) bool {
	value := reflect.NewAt(p.typ, v).Elem()
	if p.kind == kindReflect {
		return isZeroOwn(value)
	}
	return value.IsZero()
}

// words are those of an interface value.
type words struct {
	typ  unsafe.Pointer // the type, or the table of methods
	data unsafe.Pointer
}

// A sliceHeader is a list in memory.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}
