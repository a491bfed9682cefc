package wire

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// A syntaxError is a kind of error that a scanner reports at an offset.
type syntaxError uint8

const (
	noError syntaxError = iota
	errEnd
	errByte
	errControl
	errEscape
	errSurrogate
	errUTF8
	errNumber
	errName
	errDepth
	errTrailing
)

// error returns f as an Error at offset.
func (f syntaxError) error(offset int) *Error {
	e := &Error{Offset: offset, Reason: ReasonSyntax}
	switch f {
	case errEnd:
		e.Reason, e.Msg = ReasonIncomplete, "unexpected end of input"
	case errControl:
		e.Msg = "control character in string"
	case errEscape:
		e.Msg = "invalid escape in string"
	case errSurrogate:
		e.Msg = "surrogate without its other half"
	case errUTF8:
		e.Msg = "invalid UTF-8 in string"
	case errNumber:
		e.Msg = "invalid number"
	case errName:
		e.Msg = "expected the name of a member"
	case errDepth:
		e.Reason, e.Msg = ReasonDepth, "nested too deeply"
	case errTrailing:
		e.Msg = "unexpected data after the value"
	default:
		e.Msg = "unexpected character"
	}
	return e
}

// Skip returns the index after the JSON value that starts at data[i], or after white space there.
// It checks what Decode checks in that mode, except for duplicate members. Errors are of type
// [*Error]; the Reason is ReasonIncomplete if more data could complete the value. A number at the
// end of data is complete.
func Skip(data []byte, i int, mode Mode) (int, error) {
	next, f := skipValue(data, skipSpace(data, i), 0, mode, nil)
	if f != noError {
		return next, f.error(next)
	}
	return next, nil
}

// Valid reports whether data is one JSON value, with white space around it, that Skip accepts in
// [Strict] mode.
func Valid(data []byte) bool {
	next, f := skipValue(data, skipSpace(data, 0), 0, Strict, nil)
	return f == noError && skipSpace(data, next) == len(data)
}

// skipSpace returns the index of the first byte at or after data[i] that is not white space.
func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\r' || data[i] == '\t') {
		i++
	}
	return i
}

// skipValue returns the index after the value at data[i], or of the error. depth is the number of
// enclosing objects and arrays. memo, if not nil, records what was skipped.
func skipValue(data []byte, i, depth int, mode Mode, memo *skipMemo) (int, syntaxError) {
	if i >= len(data) {
		return i, errEnd
	}
	if c := data[i]; mode == Tolerant && (c == 'n' || c == 'i' || c == '-') {
		if _, n := notFinite(data, i); n > 0 {
			return i + n, noError
		}
	}
	switch c := data[i]; c {
	case '"':
		end, _, f := scanString(data, i+1)
		if f == noError {
			end++
		}
		return end, f
	case '{', '[':
		if depth == MaxDepth {
			return i, errDepth
		}
		if memo != nil {
			return memo.skip(data, i, depth+1, mode)
		}
		return skipContainer(data, i, depth+1, mode, nil)
	case 't':
		return skipWord(data, i, "true")
	case 'f':
		return skipWord(data, i, "false")
	case 'n':
		return skipWord(data, i, "null")
	default:
		if c == '-' || c-'0' <= 9 {
			end, _, f := scanNumber(data, i)
			return end, f
		}
		return i, errByte
	}
}

// skipContainer is skipValue for the object or array at data[i].
func skipContainer(data []byte, i, depth int, mode Mode, memo *skipMemo) (int, syntaxError) {
	object := data[i] == '{'
	last := data[i] + 2 // the codes of ] and } are those of [ and { plus 2
	i = skipSpace(data, i+1)
	if i < len(data) && data[i] == last {
		return i + 1, noError
	}
	var f syntaxError
	for n := 1; ; n++ {
		if object {
			if i, f = skipName(data, i); f != noError {
				return i, f
			}
		}
		if i < len(data) && data[i] == '"' {
			if i, _, f = scanString(data, i+1); f != noError {
				return i, f
			}
			i++
		} else if i, f = skipValue(data, i, depth, mode, memo); f != noError {
			return i, f
		}
		i = skipSpace(data, i)
		if i >= len(data) {
			return i, errEnd
		}
		if data[i] != ',' {
			if data[i] == last {
				if memo != nil {
					memo.count = n
				}
				return i + 1, noError
			}
			return i, errByte
		}
		i = skipSpace(data, i+1)
	}
}

// skipName skips the name at data[i], the colon and the white space after it.
func skipName(data []byte, i int) (int, syntaxError) {
	if i >= len(data) {
		return i, errEnd
	}
	if data[i] != '"' {
		return i, errName
	}
	i, _, f := scanString(data, i+1)
	if f != noError {
		return i, f
	}
	return skipColon(data, i+1)
}

// skipColon skips a colon and the white space around it.
func skipColon(data []byte, i int) (int, syntaxError) {
	if i+2 < len(data) && data[i] == ':' {
		// QEMU writes ": ".
		if data[i+1] > ' ' {
			return i + 1, noError
		}
		if data[i+1] == ' ' && data[i+2] > ' ' {
			return i + 2, noError
		}
	}
	i = skipSpace(data, i)
	if i >= len(data) {
		return i, errEnd
	}
	if data[i] != ':' {
		return i, errByte
	}
	return skipSpace(data, i+1), noError
}

// skipWord skips a literal.
func skipWord(data []byte, i int, word string) (int, syntaxError) {
	rest := data[i:]
	if len(rest) >= len(word) && string(rest[:len(word)]) == word {
		return i + len(word), noError
	}
	for k := 0; k < len(rest); k++ {
		if rest[k] != word[k] {
			return i, errByte
		}
	}
	return len(data), errEnd
}

const (
	everyByte = 0x0101010101010101
	highBits  = 0x80 * everyByte
)

// stringStops marks, by the high bit of each byte, the bytes of a string that need closer
// inspection: quotes, backslashes, control characters and bytes outside ASCII. The lowest mark is
// exact; those above it may be false.
func stringStops(x uint64) uint64 { return stringMarks(x) & highBits }

// stringMarks is stringStops with other bits that do not count.
func stringMarks(x uint64) uint64 {
	// With the bit 2 inverted, a quote follows the control characters.
	return x | ((x ^ 2*everyByte) - ('"'^2+1)*everyByte) | ((x ^ '\\'*everyByte) - everyByte)
}

// scanString returns the index of the closing quote of a string, and whether the string has
// escapes. data[i] is the first byte after the opening quote. With an error, the index is that of
// the error.
func scanString(data []byte, i int) (end int, escaped bool, f syntaxError) {
	for {
		for i+8 <= len(data) {
			stops := stringStops(binary.LittleEndian.Uint64(data[i:]))
			if stops != 0 {
				i += bits.TrailingZeros64(stops) / 8
				break
			}
			i += 8
		}
		if i >= len(data) {
			return i, escaped, errEnd
		}
		switch c := data[i]; {
		case c == '"':
			return i, escaped, noError
		case c == '\\':
			escaped = true
			n, f := scanEscape(data, i)
			if f != noError {
				return n, escaped, f
			}
			i = n
		case c < 0x20:
			return i, escaped, errControl
		case c < utf8.RuneSelf:
			i++
		default:
			r, n := utf8.DecodeRune(data[i:])
			if r == utf8.RuneError && n <= 1 {
				if !utf8.FullRune(data[i:]) {
					return len(data), escaped, errEnd
				}
				return i, escaped, errUTF8
			}
			i += n
		}
	}
}

// scanEscape returns the index after the escape at data[i], or for a surrogate, after that of its
// other half.
func scanEscape(data []byte, i int) (int, syntaxError) {
	if i+1 >= len(data) {
		return len(data), errEnd
	}
	switch data[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2, noError
	case 'u':
	default:
		return i, errEscape
	}
	r, f := scanHex(data, i)
	if f != noError {
		return i, f
	}
	switch {
	case r < 0xD800 || r > 0xDFFF:
		return i + 6, noError
	case r >= 0xDC00:
		return i, errSurrogate
	}
	if i+6 >= len(data) {
		return len(data), errEnd
	}
	if data[i+6] != '\\' || i+7 < len(data) && data[i+7] != 'u' {
		return i, errSurrogate
	}
	low, f := scanHex(data, i+6)
	if f != noError {
		return i + 6, f
	}
	if low < 0xDC00 || low > 0xDFFF {
		return i, errSurrogate
	}
	return i + 12, noError
}

// scanHex returns the value of the escape \uXXXX at data[i].
func scanHex(data []byte, i int) (rune, syntaxError) {
	var r rune
	for k := i + 2; k < i+6; k++ {
		if k >= len(data) {
			return 0, errEnd
		}
		c := data[k]
		switch {
		case c-'0' <= 9:
			c -= '0'
		case c|0x20-'a' <= 5:
			c = c | 0x20 - 'a' + 10
		default:
			return 0, errEscape
		}
		r = r<<4 | rune(c)
	}
	return r, noError
}

// scanNumber returns the index after the number at data[i], which is a digit or
// a minus sign, and whether it is written as an integer.
func scanNumber(data []byte, i int) (end int, integer bool, f syntaxError) {
	if data[i] == '-' {
		i++
	}
	if i >= len(data) {
		return i, false, errEnd
	}
	switch {
	case data[i] == '0':
		i++
	case data[i]-'0' <= 9:
		i = scanDigits(data, i)
	default:
		return i, false, errNumber
	}
	integer = true
	if i < len(data) && data[i] == '.' {
		integer = false
		first := i + 1
		if i = scanDigits(data, first); i == first {
			return i, false, badNumber(data, i)
		}
	}
	if i < len(data) && data[i]|0x20 == 'e' {
		integer = false
		first := i + 1
		if first < len(data) && (data[first] == '+' || data[first] == '-') {
			first++
		}
		if i = scanDigits(data, first); i == first {
			return i, false, badNumber(data, i)
		}
	}
	if integer && i < len(data) && data[i]-'0' <= 9 {
		return i, false, errNumber // 01
	}
	return i, integer, noError
}

func scanDigits(data []byte, i int) int {
	for i < len(data) && data[i]-'0' <= 9 {
		i++
	}
	return i
}

func badNumber(data []byte, i int) syntaxError {
	if i >= len(data) {
		return errEnd
	}
	return errNumber
}
