package wire

import (
	"reflect"
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
