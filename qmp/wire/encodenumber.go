package wire

import (
	"encoding/json"
	"fmt"
	"math"
	"math/bits"
	"strconv"
)

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, "true"...)
	}
	return append(b, "false"...)
}

func appendInt(b []byte, v int64) []byte {
	if v < 0 {
		return appendUint(append(b, '-'), -uint64(v))
	}
	return appendUint(b, uint64(v))
}

const digitPairs = "00010203040506070809101112131415161718192021222324" +
	"25262728293031323334353637383940414243444546474849" +
	"50515253545556575859606162636465666768697071727374" +
	"75767778798081828384858687888990919293949596979899"

// powersOf10 starts with 0, so that the power for 0 is not above it.
var powersOf10 = [20]uint64{0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

func appendUint(b []byte, u uint64) []byte {
	if u < 10 {
		return append(b, byte('0'+u))
	}
	// 1233/4096 is a little more than the logarithm of 2.
	digits := bits.Len64(u) * 1233 >> 12
	if u >= powersOf10[digits] {
		digits++
	}
	b = reserve(b, digits)
	n := len(b)
	b = b[:n+digits]
	text := b[n:]
	k := digits
	for u >= 100 {
		q := u / 100
		pair := (u - q*100) * 2
		k -= 2
		text[k], text[k+1] = digitPairs[pair], digitPairs[pair+1]
		u = q
	}
	if u >= 10 {
		text[0], text[1] = digitPairs[2*u], digitPairs[2*u+1]
	} else {
		text[0] = byte('0' + u)
	}
	return b
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
