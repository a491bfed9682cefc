package wire

import (
	"encoding/json"
	"reflect"
	"slices"
	"unsafe"
)

// Append appends the JSON encoding of v to buf and returns the extended slice, or nil and an
// [*Error]. v is a pointer to a type of the package comment, or such a value itself, which is
// slower. What it points to must not change during the call. Members are written in the order of
// the schema. Nothing is allocated if buf has enough room, which is a few hundred bytes more than
// are written, except for values of type any.
func Append(buf []byte, v any, mode Mode) ([]byte, error) {
	e := encoder{strict: mode != Tolerant, buf: buf[:cap(buf)]}
	n := len(buf)
	if w := (*words)(unsafe.Pointer(&v)); w.data == nil {
		n = e.any(n, v)
	} else if p := target(v); p == nil {
		n = e.any(n, v)
	} else if p.kind == kindStruct {
		n = e.objects(n, p, w.data, 1)
	} else {
		n = e.value(n, p, w.data)
	}
	if n < 0 {
		return nil, e.finish()
	}
	return e.buf[:n], nil
}

// MarshalJSON implements the MarshalJSON methods of generated types, in [Tolerant] mode.
//
//go:noinline
func MarshalJSON(v any) ([]byte, error) {
	if err := callsBack(v); err != nil {
		return nil, err
	}
	return Append(nil, v, Tolerant)
}

// callsBack returns an error for a struct that is encoded by methods of its own. The caller is one
// of them, so that they would call each other forever.
func callsBack(v any) error {
	if v == nil {
		return nil
	}
	if p := target(v); p != nil && p.own {
		return &Error{Offset: -1, Reason: ReasonGo, Msg: "type " + p.typ.String() + " is not generated"}
	}
	return nil
}

// An encoder encodes one message. Its methods take the index in buf at which they write and return
// the index after what they wrote, or -1 if they fail.
type encoder struct {
	buf    []byte // up to its capacity
	strict bool
	depth  int
	failure
}

//go:noinline
func (e *encoder) fail(reason Reason, msg string) int {
	e.err = &Error{Offset: -1, Reason: reason, Msg: msg}
	return -1
}

// failCause is fail for an error of another package.
//
//go:noinline
func (e *encoder) failCause(err error) int {
	e.err = &Error{Offset: -1, Reason: ReasonGo, Msg: err.Error(), Err: err}
	return -1
}

// reserve makes room for size bytes at n.
func (e *encoder) reserve(n, size int) {
	if len(e.buf)-n < size {
		e.grow(n, size)
	}
}

//go:noinline
func (e *encoder) grow(n, size int) {
	b := slices.Grow(e.buf[:n], size)
	e.buf = b[:cap(b)]
}

// place returns the address of the byte at n, for which there is room.
func (e *encoder) place(n int) unsafe.Pointer {
	return unsafe.Add(unsafe.Pointer(unsafe.SliceData(e.buf)), n)
}

// put writes text.
func (e *encoder) put(n int, text string) int {
	e.reserve(n, len(text))
	return n + copy(e.buf[n:], text)
}

func (e *encoder) null(n int) int {
	e.reserve(n, 4)
	store4(unsafe.Pointer(&e.buf[n]), 0, 'n'|'u'<<8|'l'<<16|'l'<<24)
	return n + 4
}

// putByte writes one byte.
func (e *encoder) putByte(n int, c byte) int {
	e.reserve(n, 1)
	e.buf[n] = c
	return n + 1
}

// value writes the value of a plan at src.
func (e *encoder) value(n int, p *plan, src unsafe.Pointer) int {
	switch p.kind {
	case kindString:
		return e.string(n, *(*string)(src))
	case kindEnum:
		if e.strict && !p.knows(src) {
			return e.fail(ReasonValue, "unknown value "+quote(*(*string)(src)))
		}
		return e.string(n, *(*string)(src))
	case kindStruct, kindUnion:
		return e.objects(n, p, src, 1)
	case kindAlternate:
		return e.alternate(n, p, src)
	case kindSlice:
		return e.list(n, p, src)
	case kindPointer:
		v := *(*unsafe.Pointer)(src)
		if v == nil {
			return e.fail(ReasonGo, "nil "+p.typ.String())
		}
		return e.value(n, p.elem, v)
	case kindFloat:
		return e.float(n, *(*float64)(src), 64)
	case kindAny:
		if *(*unsafe.Pointer)(src) == nil {
			return e.null(n)
		}
		return e.any(n, *(*any)(src))
	case kindMap:
		return e.anyMap(n, *(*map[string]any)(src))
	case kindNull:
		return e.null(n)
	case kindNumber:
		return e.number(n, *(*json.Number)(src))
	case kindRaw:
		return e.raw(n, *(*json.RawMessage)(src))
	case kindReflect:
		return e.reflect(n, reflect.NewAt(p.typ, src).Elem())
	case kindBad:
		return e.failCause(p.err)
	}
	e.reserve(n, scalarSize)
	return n + putScalar(e.place(n), p.kind, src)
}

// nest counts an object or array, and reports whether it is nested within the limit.
func (e *encoder) nest() bool {
	e.depth++
	return e.depth <= MaxDepth
}

//go:noinline
func (e *encoder) tooDeep() int { return e.fail(ReasonDepth, "nested too deeply") }

// list writes the slice at src.
func (e *encoder) list(n int, p *plan, src unsafe.Pointer) int {
	h := (*sliceHeader)(src)
	e.reserve(n, 2)
	if h.len == 0 {
		*(*[2]byte)(e.place(n)) = [2]byte{'[', ']'}
		return n + 2
	}
	if !e.nest() {
		return e.tooDeep()
	}
	start := n
	switch elem := p.elem; elem.kind {
	case kindStruct, kindUnion:
		if n = e.objects(n+1, elem, h.data, h.len); n < 0 {
			return e.at(-1 - n)
		}
	case kindString:
		for k, v := range unsafe.Slice((*string)(h.data), h.len) {
			*(*byte)(e.place(n)) = ','
			if n = e.string(n+1, v); n < 0 {
				return e.at(k)
			}
		}
	default:
		for k := range h.len {
			*(*byte)(e.place(n)) = ','
			if n = e.value(n+1, elem, unsafe.Add(h.data, uintptr(k)*elem.bytes)); n < 0 {
				return e.at(k)
			}
			e.reserve(n, 1)
		}
	}
	e.depth--
	*(*byte)(e.place(start)) = '[' // in place of the first comma
	*(*byte)(e.place(n)) = ']'
	return n + 1
}

// raw writes text unchanged, if it is one JSON value.
func (e *encoder) raw(n int, text json.RawMessage) int {
	if text == nil {
		return e.null(n)
	}
	end, f := skipValue(text, skipSpace(text, 0), e.depth, Strict, nil)
	if f == noError && skipSpace(text, end) != len(text) {
		f = errTrailing
	}
	if f != noError {
		return e.fail(ReasonGo, "not one JSON value: "+f.error(end).Msg)
	}
	e.reserve(n, len(text))
	return n + copy(e.buf[n:], text)
}
