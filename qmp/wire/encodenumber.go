package wire

import (
	"encoding/json"
	"math"
	"math/bits"
	"strconv"
	"unsafe"
)

// scalarSize is the maximum length of an integer or boolean, in bytes.
const scalarSize = 20

// putScalar writes an integer or boolean at dst, which has room for scalarSize bytes, and returns
// the number of bytes. So do the functions below.
func putScalar(dst unsafe.Pointer, k kind, src unsafe.Pointer) int {
	switch k {
	case kindBool:
		return putBool(dst, *(*bool)(src))
	case kindInt8:
		return putInt(dst, int64(*(*int8)(src)))
	case kindInt16:
		return putInt(dst, int64(*(*int16)(src)))
	case kindInt32:
		return putInt(dst, int64(*(*int32)(src)))
	case kindInt64:
		return putInt(dst, *(*int64)(src))
	case kindUint8:
		return putUint(dst, uint64(*(*uint8)(src)))
	case kindUint16:
		return putUint(dst, uint64(*(*uint16)(src)))
	case kindUint32:
		return putUint(dst, uint64(*(*uint32)(src)))
	default:
		return putUint(dst, *(*uint64)(src))
	}
}

// putBool writes eight bytes, of which the last ones do not count.
func putBool(dst unsafe.Pointer, v bool) int {
	if v {
		store(dst, 0, 't'|'r'<<8|'u'<<16|'e'<<24)
		return 4
	}
	store(dst, 0, 'f'|'a'<<8|'l'<<16|'s'<<24|'e'<<32)
	return 5
}

func putInt(dst unsafe.Pointer, v int64) int {
	if v < 0 {
		*(*byte)(dst) = '-'
		return 1 + putUint(unsafe.Add(dst, 1), -uint64(v))
	}
	return putUint(dst, uint64(v))
}

// bool, int and uint reserve room and write a value. They are for values of type any and for
// reflection, where the cost of a call does not matter.
//
//go:noinline
func (e *encoder) bool(n int, v bool) int {
	e.reserve(n, scalarSize)
	return n + putBool(e.place(n), v)
}

//go:noinline
func (e *encoder) int(n int, v int64) int {
	e.reserve(n, scalarSize)
	return n + putInt(e.place(n), v)
}

//go:noinline
func (e *encoder) uint(n int, v uint64) int {
	e.reserve(n, scalarSize)
	return n + putUint(e.place(n), v)
}

// digitPairs has the two digits of each number below 100.
var digitPairs = func() (pairs [100][2]byte) {
	for k := range pairs {
		pairs[k] = [2]byte{byte('0' + k/10), byte('0' + k%10)}
	}
	return pairs
}()

// powersOf10 starts with 0, so that the power for 0 is not above it.
var powersOf10 = [20]uint64{0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

func putUint(dst unsafe.Pointer, u uint64) int {
	if u < 10 {
		*(*byte)(dst) = byte('0' + u)
		return 1
	}
	// 1233/4096 approximates log10(2).
	digits := bits.Len64(u) * 1233 >> 12
	if u >= powersOf10[digits] {
		digits++
	}
	k := digits
	for ; u >= 1e4; k -= 4 {
		q := u / 1e4
		r := uint(u - q*1e4)
		*(*[2]byte)(unsafe.Add(dst, k-4)) = digitPairs[r/100]
		*(*[2]byte)(unsafe.Add(dst, k-2)) = digitPairs[r%100]
		u = q
	}
	if u >= 100 {
		*(*[2]byte)(unsafe.Add(dst, k-2)) = digitPairs[u%100]
		u /= 100
	}
	if u >= 10 {
		*(*[2]byte)(dst) = digitPairs[u]
	} else {
		*(*byte)(dst) = byte('0' + u)
	}
	return digits
}

// float writes the shortest decimal that parses to f, in the format of encoding/json.
func (e *encoder) float(n int, f float64, bits int) int {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return e.fail(ReasonGo, strconv.FormatFloat(f, 'g', -1, bits)+" is no JSON number")
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21 || bits == 32 && (float32(abs) < 1e-6 || float32(abs) >= 1e21)) {
		format = 'e'
	}
	e.reserve(n, 32) // at most 26
	b := strconv.AppendFloat(e.buf[:n], f, format, -1, bits)
	if end := len(b); format == 'e' && b[end-4] == 'e' && b[end-3] == '-' && b[end-2] == '0' {
		b[end-2] = b[end-1] // e-09 becomes e-9
		b = b[:end-1]
	}
	return len(b)
}

// number writes a number unchanged.
func (e *encoder) number(n int, v json.Number) int {
	if !isNumber(string(v)) {
		return e.fail(ReasonGo, quote(string(v))+" is no JSON number")
	}
	return e.put(n, string(v))
}

// isNumber reports whether s is a JSON number.
func isNumber(s string) bool {
	text := []byte(s)
	if len(text) == 0 || classOf(text[0]) != classNumber {
		return false
	}
	end, _, f := scanNumber(text, 0)
	return f == noError && end == len(text)
}
