package wire

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"math/bits"
	"strconv"
	"unsafe"
)

// scalarSize is the maximum length of an integer or boolean, in bytes.
const scalarSize = 20

// putScalar writes an integer or boolean at b[n:], which has room for scalarSize bytes, and returns
// the index after it.
func putScalar(b []byte, n int, k kind, src unsafe.Pointer) int {
	switch k {
	case kindBool:
		return putBool(b, n, *(*bool)(src))
	case kindInt8:
		return putInt(b, n, int64(*(*int8)(src)))
	case kindInt16:
		return putInt(b, n, int64(*(*int16)(src)))
	case kindInt32:
		return putInt(b, n, int64(*(*int32)(src)))
	case kindInt64:
		return putInt(b, n, *(*int64)(src))
	case kindUint8:
		return putUint(b, n, uint64(*(*uint8)(src)))
	case kindUint16:
		return putUint(b, n, uint64(*(*uint16)(src)))
	case kindUint32:
		return putUint(b, n, uint64(*(*uint32)(src)))
	default:
		return putUint(b, n, *(*uint64)(src))
	}
}

// putBool writes eight bytes, of which the last ones do not count.
func putBool(b []byte, n int, v bool) int {
	b = b[n : n+8]
	if v {
		binary.LittleEndian.PutUint64(b, 't'|'r'<<8|'u'<<16|'e'<<24)
		return n + 4
	}
	binary.LittleEndian.PutUint64(b, 'f'|'a'<<8|'l'<<16|'s'<<24|'e'<<32)
	return n + 5
}

func putInt(b []byte, n int, v int64) int {
	if v < 0 {
		b[n] = '-'
		return putUint(b, n+1, -uint64(v))
	}
	return putUint(b, n, uint64(v))
}

// bool, int and uint reserve room and write a value. They are for values of type any and for
// reflection, where the cost of a call does not matter.
//
//go:noinline
func (e *encoder) bool(n int, v bool) int {
	e.reserve(n, scalarSize)
	return putBool(e.buf, n, v)
}

//go:noinline
func (e *encoder) int(n int, v int64) int {
	e.reserve(n, scalarSize)
	return putInt(e.buf, n, v)
}

//go:noinline
func (e *encoder) uint(n int, v uint64) int {
	e.reserve(n, scalarSize)
	return putUint(e.buf, n, v)
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

func putUint(b []byte, n int, u uint64) int {
	if u < 10 {
		b[n] = byte('0' + u)
		return n + 1
	}
	// 1233/4096 approximates log10(2).
	digits := bits.Len64(u) * 1233 >> 12
	if u >= powersOf10[digits] {
		digits++
	}
	end := n + digits
	to := unsafe.Pointer(unsafe.SliceData(b[n:end]))
	k := digits
	for ; u >= 1e4; k -= 4 {
		q := u / 1e4
		r := uint(u - q*1e4)
		*(*[2]byte)(unsafe.Add(to, k-4)) = digitPairs[r/100]
		*(*[2]byte)(unsafe.Add(to, k-2)) = digitPairs[r%100]
		u = q
	}
	if u >= 100 {
		*(*[2]byte)(unsafe.Add(to, k-2)) = digitPairs[u%100]
		u /= 100
	}
	if u >= 10 {
		*(*[2]byte)(to) = digitPairs[u]
	} else {
		*(*byte)(to) = byte('0' + u)
	}
	return end
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
