package qobject

import (
	"bytes"
	"math"
	"strconv"
	"sync"
	"unicode/utf8"
)

// A printer prints values. The members of all objects being printed are on one stack.
type printer struct {
	in      []byte
	numbers bool // are printed as they were read
	members []member
	scratch []byte
}

// A member is the place of a member's text in the output.
type member struct {
	bucket     uint32
	start, end int
}

// Append appends a value as QEMU prints it, except for its numbers, which are kept as they are.
// text must be valid JSON, in which numbers may also be inf and nan.
func Append(buf, text []byte) []byte { return appendValue(buf, text, false) }

// AppendRead appends a value as QEMU prints what it has read: numbers become 64-bit integers or
// doubles. text must be valid JSON.
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

// keepScratch is the size in bytes of the largest buffer that is kept for reuse.
const keepScratch = 64 << 10

func (p *printer) skipSpace(i int) int {
	for i < len(p.in) && (p.in[i] == ' ' || p.in[i] == '\n' || p.in[i] == '\r' || p.in[i] == '\t') {
		i++
	}
	return i
}

// value writes the value at in[i] and returns the index after it.
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

// BucketOf returns the bucket of a name, which is given in quotes as it is printed.
func BucketOf(text []byte) uint32 {
	if bytes.IndexByte(text, '\\') >= 0 {
		return bucket(Unquote(text))
	}
	return bucket(text[1 : len(text)-1])
}

// sort orders the members of an object, the first of which starts at buf[first].
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

// appendNumber appends a number. QEMU keeps a number without fraction and exponent that fits 64
// bits; any other becomes a double, printed with 17 digits.
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
