package wire

import (
	"encoding/binary"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

// quotes is the room that string needs besides the string's own length.
const quotes = 2

// string writes a string in quotes. Only what JSON requires is escaped.
func (e *encoder) string(n int, s string) int {
	e.reserve(n, len(s)+quotes)
	b := e.buf[n : n+len(s)+quotes]
	b[0] = '"'
	b[len(b)-1] = '"'
	if copyPlain(b[1:len(b)-1], s) {
		return n + len(b)
	}
	return e.escaped(n+1, s)
}

// copyPlain copies s to dst, which is as long, if each byte of it stands for
// itself in JSON. Otherwise it returns false, and dst is of no use.
func copyPlain(dst []byte, s string) bool {
	n := len(s)
	text := unsafe.Slice(unsafe.StringData(s), n)
	dst = dst[:n]
	switch {
	case n >= 8:
		for k := 0; k < n-8; k += 8 {
			x := binary.LittleEndian.Uint64(text[k:])
			if stringStops(x) != 0 {
				return false
			}
			binary.LittleEndian.PutUint64(dst[k:], x)
		}
		// The last eight bytes may be copied twice.
		x := binary.LittleEndian.Uint64(text[n-8:])
		binary.LittleEndian.PutUint64(dst[n-8:], x)
		return stringStops(x) == 0
	case n >= 4:
		x, y := binary.LittleEndian.Uint32(text), binary.LittleEndian.Uint32(text[n-4:])
		binary.LittleEndian.PutUint32(dst, x)
		binary.LittleEndian.PutUint32(dst[n-4:], y)
		return stringStops(uint64(x)|uint64(y)<<32) == 0
	}
	for k, c := range text {
		if c < 0x20 || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			return false
		}
		dst[k] = c
	}
	return true
}

// escaped writes s, which has characters that need a look, and a quote.
func (e *encoder) escaped(n int, s string) int {
	const hex = "0123456789abcdef"
	b := e.buf[:n]
	for k := 0; k < len(s); {
		c := s[k]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[k:])
			if r == utf8.RuneError && size == 1 {
				return e.fail(ReasonGo, "invalid UTF-8 in string "+strconv.Quote(s[:min(len(s), 20)]))
			}
			b = append(b, s[k:k+size]...)
			k += size
			continue
		}
		k++
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			if c < 0x20 {
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			} else {
				b = append(b, c)
			}
		}
	}
	b = append(b, '"')
	e.buf = b[:cap(b)]
	return len(b)
}
