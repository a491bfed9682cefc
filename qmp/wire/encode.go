package wire

import (
	"encoding/json"
	"fmt"
	"math"
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

// scalarSize is the room that a number or literal takes at most.
const scalarSize = 32

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
		return strconv.AppendBool(b, *(*bool)(src))
	case kindInt8:
		return strconv.AppendInt(b, int64(*(*int8)(src)), 10)
	case kindInt16:
		return strconv.AppendInt(b, int64(*(*int16)(src)), 10)
	case kindInt32:
		return strconv.AppendInt(b, int64(*(*int32)(src)), 10)
	case kindInt64:
		return strconv.AppendInt(b, *(*int64)(src), 10)
	case kindUint8:
		return strconv.AppendUint(b, uint64(*(*uint8)(src)), 10)
	case kindUint16:
		return strconv.AppendUint(b, uint64(*(*uint16)(src)), 10)
	case kindUint32:
		return strconv.AppendUint(b, uint64(*(*uint32)(src)), 10)
	case kindUint64:
		return strconv.AppendUint(b, *(*uint64)(src), 10)
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
	for k := range h.len {
		if k > 0 {
			b = append(b, ',')
		}
		b = e.value(b, p.elem, unsafe.Add(h.data, uintptr(k)*p.size))
		if e.err != nil {
			e.at(k)
			return b
		}
	}
	e.depth--
	return append(b, ']')
}

// float appends the shortest text that reads back as f, as encoding/json writes
// it.
func (e *encoder) float(b []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		e.fail(ReasonGo, fmt.Sprintf("%v is no JSON number", f))
		return b
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	b = strconv.AppendFloat(b, f, format, -1, 64)
	if n := len(b); format == 'e' && n >= 4 && b[n-4] == 'e' && b[n-3] == '-' && b[n-2] == '0' {
		b[n-2] = b[n-1] // e-09 is e-9
		b = b[:n-1]
	}
	return b
}

// number appends a number as it is written.
func (e *encoder) number(b []byte, n json.Number) []byte {
	text := []byte(n)
	if len(text) > 0 && classOf(text[0]) == classNumber {
		if end, _, f := scanNumber(text, 0); f == sound && end == len(text) {
			return append(b, text...)
		}
	}
	e.fail(ReasonGo, strconv.Quote(string(n))+" is no JSON number")
	return b
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
