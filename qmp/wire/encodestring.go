package wire

import (
	"encoding/binary"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

// string appends a string in quotes. Only what JSON requires is escaped.
func (e *encoder) string(b []byte, s string) []byte {
	b = reserve(b, len(s)+2)
	b = append(b, '"')
	k := plainPrefix(s)
	b = append(b, s[:k]...)
	if k < len(s) {
		b = e.escaped(b, s[k:])
	}
	return append(b, '"')
}

// plainPrefix returns how many bytes at the start of s stand for themselves.
func plainPrefix(s string) int {
	text := unsafe.Slice(unsafe.StringData(s), len(s))
	k := 0
	for k+8 <= len(text) && stringStops(binary.LittleEndian.Uint64(text[k:])) == 0 {
		k += 8
	}
	for k < len(text) && text[k] >= 0x20 && text[k] < utf8.RuneSelf && text[k] != '"' && text[k] != '\\' {
		k++
	}
	return k
}

// escaped appends s, which has characters that need a look.
func (e *encoder) escaped(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	for len(s) > 0 {
		c := s[0]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s)
			if r == utf8.RuneError && n == 1 {
				e.fail(ReasonGo, "invalid UTF-8 in string "+strconv.Quote(s[:min(len(s), 20)]))
				return b
			}
			b = append(b, s[:n]...)
			s = s[n:]
			continue
		}
		s = s[1:]
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
	return b
}
