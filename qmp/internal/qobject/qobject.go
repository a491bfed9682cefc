// Package qobject knows how QEMU keeps and prints JSON values, its QObjects: in
// which order an object has its members, which characters a string may have, and
// how values are written. The rules are those of QEMU's qobject/qdict.c,
// qobject/json-writer.c, qobject/json-parser.c and util/unicode.c, which have
// been the same since QEMU 6.0.
package qobject

import (
	"bytes"
	"math"
	"strconv"
	"sync"
	"unicode/utf8"
)

// Buckets is how many buckets a dictionary has.
const Buckets = 512

// Bucket returns the bucket that the member with a name is in. The members of an
// object are kept, checked and printed in the order of their buckets; of those
// in the same one, the one that was added last comes first.
func Bucket[T string | []byte](name T) uint32 {
	n, h := len(name), uint32(0)
	for k := range n {
		if name[k] == 0 {
			return Bucket(replaceNUL(string(name)))
		}
		h += uint32(name[k]) << (k * 5 % 24)
	}
	h += 0x238F13AF * uint32(n)
	return (1103515243*h + 12345) % Buckets
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

// DecodeRune returns the character at the start of text, which is in modified
// UTF-8, and its size in bytes. The character is -1 if QEMU does not accept it:
// if it is no UTF-8, a surrogate, or one of Unicode's noncharacters. The size is
// then that of what QEMU replaces by one U+FFFD. text is not empty.
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
	case r < least || !ValidRune(r):
		return -1, size
	}
	return r, size
}

// ValidRune reports whether a string may have a character: any but surrogates
// and noncharacters.
func ValidRune(r rune) bool {
	switch {
	case r < 0 || r > utf8.MaxRune:
		return false
	case r >= 0xFDD0 && r <= 0xFDEF || r&0xFFFE == 0xFFFE:
		return false
	}
	return r < 0xD800 || r > 0xDFFF
}

const upperHex = "0123456789ABCDEF"

// AppendRune appends a character as it is printed in a string: in ASCII.
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

// AppendString appends a string, which need not be UTF-8, as it is printed, with
// its quotes.
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

// plain reports whether a byte of a string is printed as it is.
func plain(c byte) bool { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\' }

// A printer writes values. The members of the objects that are being written
// are on one stack.
type printer struct {
	in      []byte
	numbers bool // are printed as they were read
	members []member
	scratch []byte
}

// A member is where the text of a member is in the output.
type member struct {
	bucket     uint32
	start, end int
}

// Append appends a value as QEMU prints it, but for its numbers, which stay as
// they are. text is valid JSON, in which numbers may also be inf and nan.
func Append(buf, text []byte) []byte { return appendValue(buf, text, false) }

// AppendRead appends a value as QEMU prints what it has read: numbers become
// integers of 64 bits, or doubles. text is valid JSON.
func AppendRead(buf, text []byte) []byte { return appendValue(buf, text, true) }

var printers = sync.Pool{New: func() any { return new(printer) }}

func appendValue(buf, text []byte, numbers bool) []byte {
	if string(text) == "{}" {
		return append(buf, text...)
	}
	p := printers.Get().(*printer)
	p.in, p.numbers = text, numbers
	buf, _ = p.value(buf, 0)
	p.in = nil
	if cap(p.scratch) <= keepScratch {
		printers.Put(p)
	}
	return buf
}

// keepScratch is how large a buffer is kept for another value, in bytes.
const keepScratch = 64 << 10

func (p *printer) skipSpace(i int) int {
	for i < len(p.in) && (p.in[i] == ' ' || p.in[i] == '\n' || p.in[i] == '\r' || p.in[i] == '\t') {
		i++
	}
	return i
}

// value writes the value at in[i] and returns the index behind it.
func (p *printer) value(buf []byte, i int) ([]byte, int) {
	i = p.skipSpace(i)
	switch p.in[i] {
	case '{':
		return p.object(buf, i)
	case '[':
		buf = append(buf, '[')
		i = p.skipSpace(i + 1)
		for p.in[i] != ']' {
			if p.in[i] == ',' {
				buf = append(buf, ',', ' ')
				i++
			}
			buf, i = p.value(buf, i)
			i = p.skipSpace(i)
		}
		return append(buf, ']'), i + 1
	case '"':
		return p.string(buf, i)
	}
	start := i
	for i < len(p.in) && p.in[i] > ' ' && p.in[i] != ',' && p.in[i] != ']' && p.in[i] != '}' {
		i++
	}
	if c := p.in[start]; p.numbers && (c == '-' || c >= '0' && c <= '9') {
		return appendNumber(buf, p.in[start:i]), i
	}
	return append(buf, p.in[start:i]...), i
}

// object writes the object at in[i].
func (p *printer) object(buf []byte, i int) ([]byte, int) {
	outer := len(p.members)
	buf = append(buf, '{')
	first := len(buf)
	sorted := true
	for i = p.skipSpace(i + 1); p.in[i] != '}'; i = p.skipSpace(i) {
		if p.in[i] == ',' {
			buf = append(buf, ',', ' ')
			i = p.skipSpace(i + 1)
		}
		m := member{start: len(buf)}
		buf, i = p.string(buf, i)
		m.bucket = BucketOf(buf[m.start:])
		i = p.skipSpace(i) + 1 // the colon
		buf, i = p.value(append(buf, ':', ' '), i)
		m.end = len(buf)
		if n := len(p.members); n > outer && m.bucket <= p.members[n-1].bucket {
			sorted = false
		}
		p.members = append(p.members, m)
	}
	if !sorted {
		p.sort(buf, first, p.members[outer:])
	}
	p.members = p.members[:outer]
	return append(buf, '}'), i + 1
}

// BucketOf returns the bucket of a name that is given as it is printed.
func BucketOf(text []byte) uint32 {
	if bytes.IndexByte(text, '\\') >= 0 {
		return Bucket(Unquote(text))
	}
	return Bucket(text[1 : len(text)-1])
}

// sort puts the members of an object, of which the first starts at buf[first],
// in order.
func (p *printer) sort(buf []byte, first int, members []member) {
	for k := 1; k < len(members); k++ {
		m, at := members[k], k
		for ; at > 0 && members[at-1].bucket >= m.bucket; at-- {
			members[at] = members[at-1]
		}
		members[at] = m
	}
	sorted := p.scratch[:0]
	for k, m := range members {
		if k > 0 {
			sorted = append(sorted, ',', ' ')
		}
		sorted = append(sorted, buf[m.start:m.end]...)
	}
	copy(buf[first:], sorted)
	p.scratch = sorted
}

// string writes the string at in[i].
func (p *printer) string(buf []byte, i int) ([]byte, int) {
	buf = append(buf, '"')
	i++
	for {
		start := i
		for plain(p.in[i]) {
			i++
		}
		buf = append(buf, p.in[start:i]...)
		if p.in[i] == '"' {
			return append(buf, '"'), i + 1
		}
		var r rune
		if r, i = nextRune(p.in, i); r < 0 {
			r = utf8.RuneError
		}
		buf = AppendRune(buf, r)
	}
}

// nextRune returns the character at text[i] in a string, which may be an escape
// sequence, and the index behind it.
func nextRune(text []byte, i int) (rune, int) {
	decode := DecodeRune
	if text[i] == '\\' {
		decode = Unescape
	}
	r, size := decode(text[i:])
	return r, i + size
}

// Unescape returns the character of the escape sequence at the start of text,
// and the size of that in bytes. The character is -1 if it is none that a string
// may have.
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
		if !ValidRune(r) {
			r = -1
		}
		return r, size
	default:
		return rune(c), 2
	}
}

// hex4 returns the number that four hexadecimal digits are, or -1.
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

// Unquote returns the characters of a valid JSON string, which is given with its
// quotes.
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

// appendNumber appends a number. QEMU keeps one without point and exponent that
// fits 64 bits, and any other as a double, of which it prints 17 digits.
func appendNumber(buf, text []byte) []byte {
	digits := text
	if text[0] == '-' {
		digits = text[1:]
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return appendDouble(buf, text)
		}
	}
	switch {
	case string(text) == "-0":
		return append(buf, '0')
	case len(digits) < 19:
		return append(buf, text...)
	case text[0] == '-':
		if _, err := strconv.ParseInt(string(text), 10, 64); err != nil {
			return appendDouble(buf, text)
		}
	default:
		if _, err := strconv.ParseUint(string(text), 10, 64); err != nil {
			return appendDouble(buf, text)
		}
	}
	return append(buf, text...)
}

// appendDouble appends a number as C's printf prints a double with "%.17g".
func appendDouble(buf, text []byte) []byte {
	f, _ := strconv.ParseFloat(string(text), 64) // out of range: ±infinity
	switch {
	case math.IsInf(f, 1):
		return append(buf, "inf"...)
	case math.IsInf(f, -1):
		return append(buf, "-inf"...)
	}
	return strconv.AppendFloat(buf, f, 'g', 17, 64)
}
