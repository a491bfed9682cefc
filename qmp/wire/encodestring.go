package wire

import (
	"encoding/binary"
	"unicode/utf8"
	"unsafe"
)

// string writes a quoted string and reserves room more bytes after it. Only what JSON requires is
// escaped.
func (e *encoder) string(n int, s string, room int) int {
	size := len(s)
	e.reserve(n, size+2+room)
	dst := unsafe.Pointer(&e.buf[n])
	*(*byte)(dst) = '"'
	dst = unsafe.Add(dst, 1)
	src := unsafe.Pointer(unsafe.StringData(s))
	switch {
	case size >= 8:
		// The last eight bytes overlap those already copied.
		last := load(src, size-8)
		stops := stringStops(last)
		store(dst, size-8, last)
		for k := 0; k < size-8; k += 8 {
			x := load(src, k)
			stops |= stringStops(x)
			store(dst, k, x)
		}
		if stops != 0 {
			return e.escaped(n+1, s, room)
		}
	case size >= 4:
		x, y := load4(src, 0), load4(src, size-4)
		if stringStops(uint64(x)|uint64(y)<<32) != 0 {
			return e.escaped(n+1, s, room)
		}
		store4(dst, 0, x)
		store4(dst, size-4, y)
	default:
		for k := range size {
			c := s[k]
			if c < 0x20 || c >= utf8.RuneSelf || c == '"' || c == '\\' {
				return e.escaped(n+1, s, room)
			}
			*(*byte)(unsafe.Add(dst, k)) = c
		}
	}
	*(*byte)(unsafe.Add(dst, size)) = '"'
	return n + size + 2
}

// load returns the eight bytes at p+k.
func load(p unsafe.Pointer, k int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(p, k))[:])
}

// store writes eight bytes at p+k.
func store(p unsafe.Pointer, k int, x uint64) {
	binary.LittleEndian.PutUint64((*[8]byte)(unsafe.Add(p, k))[:], x)
}

// load4 returns the four bytes at p+k.
func load4(p unsafe.Pointer, k int) uint32 {
	return binary.LittleEndian.Uint32((*[4]byte)(unsafe.Add(p, k))[:])
}

// store4 writes four bytes at p+k.
func store4(p unsafe.Pointer, k int, x uint32) {
	binary.LittleEndian.PutUint32((*[4]byte)(unsafe.Add(p, k))[:], x)
}

// escaped writes the rest of a string that may need escapes, and the closing quote, and reserves
// room more bytes after it.
func (e *encoder) escaped(n int, s string, room int) int {
	const hex = "0123456789abcdef"
	b := e.buf[:n]
	for k := 0; k < len(s); {
		c := s[k]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[k:])
			if r == utf8.RuneError && size == 1 {
				return e.fail(ReasonGo, "invalid UTF-8 in string "+quote(s[:min(len(s), 20)]))
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
	e.reserve(len(b), room)
	return len(b)
}
