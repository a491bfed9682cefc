// Package qobject implements how QEMU stores and prints JSON values, its QObjects: the order of an
// object's members, the characters that a string may have, and the text of a value. The rules are
// those of QEMU's qobject/qdict.c, qobject/json-writer.c, qobject/json-parser.c and util/unicode.c,
// unchanged since QEMU 6.0.
package qobject

import (
	"unicode/utf8"
)

// buckets is the number of buckets of a QDict.
const buckets = 512

// bucket returns the bucket of a member by its name. QEMU stores, checks and prints the members of
// an object in the order of their buckets; within a bucket the one added last comes first.
func bucket[T string | []byte](name T) uint32 {
	n, h := len(name), uint32(0)
	for k := range n {
		if name[k] == 0 {
			return bucket(replaceNUL(string(name)))
		}
		h += uint32(name[k]) << (k * 5 % 24)
	}
	h += 0x238F13AF * uint32(n)
	return (1103515243*h + 12345) % buckets
}

// replaceNUL returns s in modified UTF-8, in which U+0000 has two bytes.
func replaceNUL(s string) string {
	out := make([]byte, 0, len(s)+8)
	for k := range len(s) {
		if s[k] == 0 {
			out = append(out, 0xC0, 0x80)
		} else {
			out = append(out, s[k])
		}
	}
	return string(out)
}

// DecodeRune returns the character at the start of text, which is in modified UTF-8, and its size
// in bytes. The character is -1 if QEMU does not accept it: invalid UTF-8, a surrogate, or a
// Unicode noncharacter. The size is then that of what QEMU replaces with one U+FFFD. text must not
// be empty.
func DecodeRune(text []byte) (r rune, size int) {
	first := text[0]
	switch {
	case first < utf8.RuneSelf:
		return rune(first), 1
	case first >= 0xFE || first < 0xC0:
		return -1, 1
	}
	count := 2
	for mask := byte(0x20); first&mask != 0; mask >>= 1 {
		count++
	}
	r = rune(first & (1<<(7-count) - 1))
	for size = 1; size < count; size++ {
		if size == len(text) || text[size]&0xC0 != 0x80 {
			return -1, size
		}
		r = r<<6 | rune(text[size]&0x3F)
	}
	switch least := [...]rune{2: 0x80, 0x800, 0x10000, 0x200000, 0x4000000}[count]; {
	case r == 0 && count == 2:
		return 0, size
	case r < least || !validRune(r):
		return -1, size
	}
	return r, size
}

// validRune reports whether a string may contain r: any character but surrogates and
// noncharacters.
func validRune(r rune) bool {
	switch {
	case r < 0 || r > utf8.MaxRune:
		return false
	case r >= 0xFDD0 && r <= 0xFDEF || r&0xFFFE == 0xFFFE:
		return false
	}
	return r < 0xD800 || r > 0xDFFF
}

const upperHex = "0123456789ABCDEF"

// AppendRune appends a character as QEMU prints it in a string: in ASCII.
func AppendRune(buf []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(buf, '\\', byte(r))
	case '\b':
		return append(buf, '\\', 'b')
	case '\f':
		return append(buf, '\\', 'f')
	case '\n':
		return append(buf, '\\', 'n')
	case '\r':
		return append(buf, '\\', 'r')
	case '\t':
		return append(buf, '\\', 't')
	}
	switch {
	case r >= 0x20 && r < 0x7F:
		return append(buf, byte(r))
	case r > 0xFFFF:
		r -= 0x10000
		return appendUnit(appendUnit(buf, 0xD800|r>>10), 0xDC00|r&0x3FF)
	}
	return appendUnit(buf, r)
}

func appendUnit(buf []byte, unit rune) []byte {
	return append(buf, '\\', 'u', upperHex[unit>>12&15], upperHex[unit>>8&15], upperHex[unit>>4&15], upperHex[unit&15])
}

// AppendString appends a string as QEMU prints it, with its quotes. s need not be UTF-8.
func AppendString(buf []byte, s string) []byte {
	buf = append(buf, '"')
	start := 0
	for k := 0; k < len(s); {
		if plain(s[k]) {
			k++
			continue
		}
		buf = append(buf, s[start:k]...)
		r, size := DecodeRune([]byte(s[k:min(len(s), k+6)]))
		if r < 0 {
			r = utf8.RuneError
		}
		buf = AppendRune(buf, r)
		k += size
		start = k
	}
	return append(append(buf, s[start:]...), '"')
}

// plain reports whether a byte of a string is printed unchanged.
func plain(c byte) bool { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\' }

// nextRune returns the character at text[i] in a string, which may be an escape sequence, and the
// index after it.
func nextRune(text []byte, i int) (rune, int) {
	decode := DecodeRune
	if text[i] == '\\' {
		decode = Unescape
	}
	r, size := decode(text[i:])
	return r, i + size
}

// Unescape returns the character of the escape sequence at the start of text, and the size of the
// sequence in bytes. The character is -1 if a string may not contain it.
func Unescape(text []byte) (r rune, size int) {
	switch c := text[1]; c {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r, size = hex4(text[2:]), 6
		if r >= 0xD800 && r <= 0xDBFF && len(text) >= 12 && text[6] == '\\' && text[7] == 'u' {
			if low := hex4(text[8:]); low >= 0xDC00 && low <= 0xDFFF {
				r, size = 0x10000+(r&0x3FF)<<10+low&0x3FF, 12
			}
		}
		if !validRune(r) {
			r = -1
		}
		return r, size
	default:
		return rune(c), 2
	}
}

// hex4 returns the value of four hexadecimal digits, or -1.
func hex4(text []byte) (n rune) {
	if len(text) < 4 {
		return -1
	}
	for _, c := range text[:4] {
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			n = n<<4 | rune(c|0x20-'a'+10)
		default:
			return -1
		}
	}
	return n
}

// Unquote returns the value of a valid JSON string, which is given with its quotes.
func Unquote(text []byte) string {
	body := text[1 : len(text)-1]
	out := make([]byte, 0, len(body))
	for i := 0; i < len(body); {
		var r rune
		if r, i = nextRune(body, i); r < 0 {
			r = utf8.RuneError
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}
