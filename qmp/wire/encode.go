package wire

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"unsafe"
)

// Append appends the JSON of v to buf and returns the longer slice, or nil and
// an [*Error]. v is a pointer as in the package comment, whose value is then not
// changed meanwhile, or such a value itself, which is slower. Members are
// written in the order of the schema. There is no allocation if buf has room
// enough, but for values of type any that are not plain.
func Append(buf []byte, v any, mode Mode) ([]byte, error) {
	e := encoder{strict: mode == Strict}
	if t := reflect.TypeOf(v); t != nil && t.Kind() == reflect.Pointer {
		src := (*words)(unsafe.Pointer(&v)).data
		if src == nil {
			e.fail(ReasonGo, "nil "+t.String())
			return nil, e.finish()
		}
		buf = e.value(buf, planOf(t.Elem()), src)
	} else {
		buf = e.any(buf, v)
	}
	if e.err != nil {
		return nil, e.finish()
	}
	return buf, nil
}

// MarshalJSON is the body of the MarshalJSON methods of generated types: it
// encodes in [Tolerant] mode.
func MarshalJSON(v any) ([]byte, error) { return Append(nil, v, Tolerant) }

// An encoder writes one message. Its methods append to a buffer; when they
// failed, err is set and what they return is of no use.
type encoder struct {
	strict bool
	depth  int
	failure
}

func (e *encoder) fail(reason Reason, msg string) {
	e.err = &Error{Offset: -1, Reason: reason, Msg: msg}
}

// scalarSize is the room that an integer or literal takes at most.
const scalarSize = 20

// reserve returns b with room for n more bytes.
func reserve(b []byte, n int) []byte {
	if cap(b)-len(b) < n {
		return slices.Grow(b, n)
	}
	return b
}

// value appends the value of a plan at src.
func (e *encoder) value(b []byte, p *plan, src unsafe.Pointer) []byte {
	switch p.kind {
	case kindString:
		return e.string(b, *(*string)(src))
	case kindEnum:
		if e.strict && !p.knows(src) {
			e.fail(ReasonValue, "unknown value "+strconv.Quote(*(*string)(src)))
		}
		return e.string(b, *(*string)(src))
	case kindBool:
		return appendBool(b, *(*bool)(src))
	case kindInt8:
		return appendInt(b, int64(*(*int8)(src)))
	case kindInt16:
		return appendInt(b, int64(*(*int16)(src)))
	case kindInt32:
		return appendInt(b, int64(*(*int32)(src)))
	case kindInt64:
		return appendInt(b, *(*int64)(src))
	case kindUint8:
		return appendUint(b, uint64(*(*uint8)(src)))
	case kindUint16:
		return appendUint(b, uint64(*(*uint16)(src)))
	case kindUint32:
		return appendUint(b, uint64(*(*uint32)(src)))
	case kindUint64:
		return appendUint(b, *(*uint64)(src))
	case kindFloat:
		return e.float(b, *(*float64)(src))
	case kindStruct, kindUnion:
		return e.object(b, p, src)
	case kindAlternate:
		return e.alternate(b, p, src)
	case kindSlice:
		return e.list(b, p, src)
	case kindPointer:
		v := *(*unsafe.Pointer)(src)
		if v == nil {
			e.fail(ReasonGo, "nil "+p.typ.String())
			return b
		}
		return e.value(b, p.elem, v)
	case kindAny:
		return e.any(b, *(*any)(src))
	case kindMap:
		return e.anyMap(b, *(*map[string]any)(src))
	case kindNull:
		return append(b, "null"...)
	case kindNumber:
		return e.number(b, *(*json.Number)(src))
	case kindRaw:
		return e.raw(b, *(*json.RawMessage)(src))
	case kindJSON:
		text, err := json.Marshal(reflect.NewAt(p.typ, src).Interface())
		if err != nil {
			e.fail(ReasonGo, err.Error())
			e.err.Err = err
			return b
		}
		return e.raw(b, text)
	default:
		e.fail(ReasonGo, p.err.Error())
		e.err.Err = p.err
		return b
	}
}

// enter counts an object or array, and says whether there may be one more.
func (e *encoder) enter() bool {
	if e.depth == MaxDepth {
		e.fail(ReasonDepth, "nested too deeply")
		return false
	}
	e.depth++
	return true
}

// list appends the slice at src.
func (e *encoder) list(b []byte, p *plan, src unsafe.Pointer) []byte {
	h := (*sliceHeader)(src)
	if h.len == 0 {
		return append(b, '[', ']')
	}
	if !e.enter() {
		return b
	}
	b = append(b, '[')
	elem, kind := p.elem, p.elem.kind
	for k := range h.len {
		if k > 0 {
			b = append(b, ',')
		}
		v := unsafe.Add(h.data, uintptr(k)*p.size)
		switch kind {
		case kindString:
			b = e.string(b, *(*string)(v))
		case kindStruct, kindUnion:
			b = e.object(b, elem, v)
		default:
			b = e.value(b, elem, v)
		}
		if e.err != nil {
			e.at(k)
			return b
		}
	}
	e.depth--
	return append(b, ']')
}

// raw appends JSON as it is, if it is.
func (e *encoder) raw(b []byte, text json.RawMessage) []byte {
	if text == nil {
		return append(b, "null"...)
	}
	end, f := skipValue(text, skipSpace(text, 0), e.depth, nil)
	if f == sound && skipSpace(text, end) != len(text) {
		f = flawTrailing
	}
	if f != sound {
		e.fail(ReasonGo, "not one JSON value: "+f.error(end).Msg)
		return b
	}
	return append(b, text...)
}
