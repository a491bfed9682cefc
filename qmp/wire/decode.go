package wire

import (
	"encoding/json"
	"math/bits"
	"reflect"
	"unicode/utf8"
	"unsafe"
)

// Decode decodes data, one JSON value with white space around it, into the value that v points to,
// which it replaces. See the package comment for the types. data is not retained.
//
// Errors are of type [*Error]; what v points to is then undefined.
func Decode(data []byte, v any, mode Mode) error {
	return decode(data, v, mode, nil)
}

// DecodeAsQEMU is [Decode] in [Strict] mode as QEMU decodes the arguments of a command. Of several
// errors it reports the one that QEMU reports, which visits the members in the order of the schema
// and looks for unknown ones last. It accepts two kinds of numbers that QEMU accepts: a negative
// one for an unsigned integer of 64 bits, which becomes its two's complement, and one too large for
// float64, which becomes ±Inf.
//
// It is a function rather than a mode so that clients do not link it.
func DecodeAsQEMU(data []byte, v any) error {
	return decode(data, v, Strict, explain)
}

// decode is Decode, or DecodeAsQEMU if explain is not nil.
func decode(data []byte, v any, mode Mode, explain func(data []byte, p *plan) error) error {
	if v == nil {
		return badTarget("cannot decode into nil")
	}
	p := target(v)
	if p == nil {
		return badTarget("cannot decode into " + reflect.TypeOf(v).String() + ": not a pointer")
	}
	dst := (*words)(unsafe.Pointer(&v)).data
	if dst == nil {
		return badTarget("cannot decode into a nil " + reflect.TypeOf(v).String())
	}
	reflect.ValueOf(v).Elem().SetZero()
	d := decoder{data: data, strict: mode != Tolerant, asQEMU: explain != nil}
	d.slabs.least = max(1, len(data)/128)
	if len(data) >= minShared {
		d.scratch = scratches.Get().(*scratch)
		d.skips.spans = d.scratch.spans
		defer d.release()
	}
	i := d.value(p, skipSpace(data, 0), dst)
	if i >= 0 {
		if i = skipSpace(data, i); i == len(data) {
			return nil
		}
		d.syntaxError(errTrailing, i)
	}
	if explain != nil && d.err.Reason.ofSchema() {
		if err := explain(data, p); err != nil {
			return err
		}
	}
	return d.finish()
}

//go:noinline
func badTarget(msg string) error { return &Error{Offset: -1, Reason: ReasonGo, Msg: msg} }

// UnmarshalJSON implements the UnmarshalJSON methods of generated types, in [Tolerant] mode.
//
//go:noinline
func UnmarshalJSON(data []byte, v any) error {
	if err := callsBack(v); err != nil {
		return err
	}
	return Decode(data, v, Tolerant)
}

// A decoder decodes one message. Its methods take the index of the first byte of what they decode
// and return the index after its last byte, or -1 if they fail.
type decoder struct {
	data    []byte
	strict  bool
	asQEMU  bool // see DecodeAsQEMU
	depth   int
	chunk   []byte // room for strings
	used    int    // of chunk
	slabs   slabs
	scratch *scratch // nil for a small message
	rows    []string // room for lists of strings
	skips   skipMemo
	learned int // changes made to expectations, see learn
	failure
}

// fail records an error at an offset and returns -1.
//
//go:noinline
func (d *decoder) fail(offset int, reason Reason, msg string) int {
	d.err = &Error{Offset: offset, Reason: reason, Msg: msg}
	return -1
}

//go:noinline
func (d *decoder) syntaxError(f syntaxError, offset int) int {
	d.err = f.error(offset)
	return -1
}

// mismatch fails because the value at data[i] is not what is wanted.
func (d *decoder) mismatch(i int, want string) int {
	if i >= len(d.data) {
		return d.syntaxError(errEnd, i)
	}
	class := classOf(d.data[i])
	if class == classNone {
		return d.syntaxError(errByte, i)
	}
	got := [...]string{"null", "boolean", "number", "string", "array", "object"}[class]
	d.fail(i, ReasonType, "expected "+want+", got "+got)
	d.err.Want = want
	return -1
}

// value decodes a value of any plan into dst, which is zero.
func (d *decoder) value(p *plan, i int, dst unsafe.Pointer) int {
	switch p.kind {
	case kindString:
		return d.string(i, (*string)(dst))
	case kindEnum:
		return d.enum(p, i, (*string)(dst))
	case kindBool:
		return d.bool(i, (*bool)(dst))
	case kindInt64:
		return d.int64(i, (*int64)(dst))
	case kindInt8, kindInt16, kindInt32:
		return d.narrowSigned(p.kind, i, dst)
	case kindUint64:
		return d.unsigned(i, 64, (*uint64)(dst))
	case kindUint8, kindUint16, kindUint32:
		return d.narrowUnsigned(p.kind, i, dst)
	case kindFloat:
		return d.float(i, (*float64)(dst))
	case kindStruct, kindUnion:
		return d.object(p, i, dst)
	case kindAlternate:
		return d.alternate(p, i, dst)
	case kindSlice:
		return d.list(p, i, dst)
	case kindPointer:
		return d.pointer(p.elem, i, dst)
	case kindAny:
		v, i := d.any(i)
		*(*any)(dst) = v
		return i
	case kindMap:
		m, i := d.anyMap(i)
		*(*map[string]any)(dst) = m
		return i
	case kindNull:
		return d.null(i)
	case kindNumber:
		text, _, i := d.number(i, "number")
		*(*json.Number)(dst) = json.Number(text)
		return i
	case kindRaw:
		next := d.skip(i)
		if next >= 0 {
			*(*json.RawMessage)(dst) = append(json.RawMessage{}, d.data[i:next]...)
		}
		return next
	case kindReflect:
		return d.reflect(i, reflect.NewAt(p.typ, dst).Elem())
	default:
		d.fail(i, ReasonGo, p.err.Error())
		d.err.Err = p.err
		return -1
	}
}

// pointer decodes a value of plan p into a new variable and stores its address in dst.
func (d *decoder) pointer(p *plan, i int, dst unsafe.Pointer) int {
	if p.kind == kindReflect && i < len(d.data) && d.data[i] == 'n' {
		return d.null(i)
	}
	v := d.make(p)
	*(*unsafe.Pointer)(dst) = v
	return d.value(p, i, v)
}

// skip skips a value of any kind.
func (d *decoder) skip(i int) int {
	next, f := skipValue(d.data, i, d.depth, d.mode(), nil)
	if f != noError {
		return d.syntaxError(f, next)
	}
	return next
}

// mode returns the mode that Decode was called with.
func (d *decoder) mode() Mode {
	if d.strict {
		return Strict
	}
	return Tolerant
}

func (d *decoder) bool(i int, dst *bool) int {
	if data := d.data; i+5 <= len(data) {
		switch load4(unsafe.Pointer(unsafe.SliceData(data)), i) {
		case 't' | 'r'<<8 | 'u'<<16 | 'e'<<24:
			*dst = true
			return i + 4
		case 'f' | 'a'<<8 | 'l'<<16 | 's'<<24:
			if data[i+4] == 'e' {
				return i + 5
			}
		}
	} else if i+4 == len(data) && string(data[i:]) == "true" {
		*dst = true
		return i + 4
	}
	return d.badWord(i, classBool, "boolean")
}

func (d *decoder) null(i int) int {
	if rest := d.data[min(i, len(d.data)):]; len(rest) >= 4 && string(rest[:4]) == "null" {
		return i + 4
	}
	return d.badWord(i, classNull, "null")
}

// badWord fails for a misspelt or incomplete literal, or a value of another kind, at data[i].
func (d *decoder) badWord(i, class int, want string) int {
	if i < len(d.data) && classOf(d.data[i]) == class {
		return d.skip(i)
	}
	return d.mismatch(i, want)
}

// string decodes a string into dst.
func (d *decoder) string(i int, dst *string) int {
	data := d.data
	if i >= len(data) || data[i] != '"' {
		return d.mismatch(i, "string")
	}
	i++
	base := unsafe.Pointer(unsafe.SliceData(data))
	for end := i; end+8 <= len(data); end += 8 {
		stops := stringStops(load(base, end))
		if stops == 0 {
			continue
		}
		end += bits.TrailingZeros64(stops) / 8
		if data[end] != '"' {
			break
		}
		*dst = d.keep(data[i:end:len(data)])
		return end + 1
	}
	end, escaped, f := scanString(data, i)
	if f != noError {
		return d.syntaxError(f, end)
	}
	if escaped {
		*dst = unescape(data[i:end])
	} else {
		*dst = d.keep(data[i:end:len(data)])
	}
	return end + 1
}

// Strings of a message share chunks, so that many small ones are one allocation; a string that a
// program keeps then retains at most a chunk. Large strings, and those of small messages, are
// allocated alone. Sizes are in bytes.
const (
	minChunk   = 128
	maxChunk   = 1024
	maxShared  = 128
	minChunked = 512
)

// keep returns a copy of b. All of b's capacity is readable.
func (d *decoder) keep(b []byte) string {
	n := len(b)
	if n == 0 {
		return ""
	}
	if n > maxShared || len(d.data) < minChunked {
		return string(b)
	}
	if len(d.chunk)-d.used < n {
		d.newChunk()
	}
	at := d.used
	d.used = at + n
	to := unsafe.Pointer(&d.chunk[at])
	if from := unsafe.Pointer(unsafe.SliceData(b)); n <= 16 && cap(b) >= 16 && len(d.chunk)-at >= 16 {
		store(to, 0, load(from, 0))
		store(to, 8, load(from, 8))
	} else {
		copy(d.chunk[at:], b)
	}
	return unsafe.String((*byte)(to), n)
}

// newChunk allocates a chunk twice as large as the last.
func (d *decoder) newChunk() {
	d.chunk, d.used = make([]byte, min(max(minChunk, 2*len(d.chunk), len(d.data)/8), maxChunk)), 0
}

// unescape returns the value of a string that scanString accepted, which is never longer than its
// text.
func unescape(b []byte) string {
	s := make([]byte, len(b))
	n := 0
	for i := 0; i < len(b); n++ {
		c := b[i]
		i++
		if c == '\\' {
			c = b[i]
			i++
			switch c {
			case 'u':
				r, _ := scanHex(b, i-2)
				i += 4
				if r >= 0xD800 && r <= 0xDFFF {
					low, _ := scanHex(b, i)
					r = 0x10000 + (r-0xD800)<<10 + low - 0xDC00
					i += 6
				}
				n += utf8.EncodeRune(s[n:], r) - 1
				continue
			case 'b':
				c = '\b'
			case 'f':
				c = '\f'
			case 'n':
				c = '\n'
			case 'r':
				c = '\r'
			case 't':
				c = '\t'
			}
		}
		s[n] = c
	}
	return string(s[:n])
}
