package wire

import (
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A kind is the way to decode and encode values of a plan.
type kind uint8

const (
	kindBad kind = iota // see err
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

// A plan is the compiled description of a type. It is immutable once it is in the cache.
type plan struct {
	kind   kind
	typ    reflect.Type
	err    error          // of kindBad
	elem   *plan          // of a pointer or list
	bytes  uintptr        // of a value in memory
	known  unsafe.Pointer // first word of an interface{ Known() bool }, of an enum
	values *enumValues    // of an enum
	slot   uint8          // of its pool in a decoder
	own    bool           // a struct encoded by reflection that has JSON or text methods of its own

	// For a struct, union or alternate.
	shape
	fields    []field // of the members that are not in a branch, for the encoder
	mandatory bool    // has mandatory members
	extra     uintptr
	hasExtra  bool
	classes   [classes]int8 // of an alternate: the member for a JSON type, or -1
}

// incomparable, as a field, keeps Go from making a function that compares the structs, and that of
// the struct's description, which is in each client.
type incomparable [0]func()

// A member is a field of a struct that is encoded and decoded.
type member struct {
	spelling
	index    uint32 // in its shape
	level    uint32 // level in its shape, which determines the struct
	step     step
	off      uintptr
	plan     *plan // plan of the value, or of the pointer's target
	kind     kind  // the plan's
	pointer  bool  // the field is a pointer
	optional bool
	name     string
}

// nilable reports whether m, which is not a pointer, is absent if its first word is nil, provided
// that it is optional.
func (m *member) nilable() bool {
	return m.kind == kindSlice || m.kind == kindRaw || m.kind == kindMap || m.kind == kindAny
}

var (
	plans    sync.Map   // reflect.Type → *plan
	planning sync.Mutex // held while plans are made
)

// planOf returns the plan for a type. It is safe for concurrent use.
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
		}
		made.makeFields()
	}
	for _, made := range b.made { // only now, since they refer to each other
		plans.Store(made.typ, made)
	}
	return p
}

// recent caches recently used plans by the types of pointers to their values; a lookup takes almost
// no time. Entries may be overwritten at any time.
var recent [256]atomic.Pointer[recentPlan]

type recentPlan struct {
	typ  unsafe.Pointer // first word of an interface value that holds a *T
	plan *plan
}

// target returns the plan of the value that v points to, or nil if v is not a pointer.
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

// isNullField reports whether m is the field Null of an alternate.
func (m *member) isNullField() bool { return m.kind == kindNull && !m.pointer }

// isZero reports whether the value at v is the zero value of its type, or for a type encoded by
// reflection, whether its method reports that.
func isZero(p *plan, v unsafe.Pointer) bool {
	value := reflect.NewAt(p.typ, v).Elem()
	if p.kind == kindReflect {
		return isZeroOwn(value)
	}
	return value.IsZero()
}

// words are the two words of an interface value.
type words struct {
	typ  unsafe.Pointer // the type or method table
	data unsafe.Pointer
}

// A sliceHeader is the memory layout of a slice.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}
