package wire

import (
	"unicode/utf8"
	"unsafe"
)

// string writes a quoted string and leaves room for one more byte. Only what JSON requires is
// escaped.
func (e *encoder) string(n int, s string) int {
	size := len(s)
	if len(e.buf)-n < size+3 {
		return e.stringGrown(n, s)
	}
	dst := unsafe.Add(unsafe.Pointer(unsafe.SliceData(e.buf)), n)
	*(*byte)(dst) = '"'
	dst = unsafe.Add(dst, 1)
	src := unsafe.Pointer(unsafe.StringData(s))
	var marks uint64
	switch {
	case size >= 8:
		// The last eight bytes may overlap others.
		x := load(src, size-8)
		store(dst, size-8, x)
		marks = stringMarks(x)
		for k := 0; k < size-8; k += 8 {
			x = load(src, k)
			store(dst, k, x)
			marks |= stringMarks(x)
		}
	case size >= 4:
		first, last := load4(src, 0), load4(src, size-4)
		store4(dst, 0, first)
		store4(dst, size-4, last)
		marks = stringMarks(uint64(first) | uint64(last)<<32)
	case size > 0:
		// The first, the middle and the last byte are all there is.
		first, middle, last := s[0], *(*byte)(unsafe.Add(src, size/2)), *(*byte)(unsafe.Add(src, size-1))
		*(*byte)(dst) = first
		*(*byte)(unsafe.Add(dst, size/2)) = middle
		*(*byte)(unsafe.Add(dst, size-1)) = last
		marks = stringMarks(uint64(first) | uint64(middle)<<8 | uint64(last)<<16 | ' '*everyByte&^0xFFFFFF)
	}
	if marks&highBits != 0 {
		return e.escaped(n+1, s)
	}
	*(*byte)(unsafe.Add(dst, size)) = '"'
	return n + size + 2
}

//go:noinline
func (e *encoder) stringGrown(n int, s string) int {
	e.grow(n, len(s)+3)
	return e.string(n, s)
}

// load returns the eight bytes at p+k. It spells out what binary.LittleEndian does: each call that
// is inlined in another one leaves an instruction that does nothing.
func load(p unsafe.Pointer, k int) uint64 {
	b := (*[8]byte)(unsafe.Add(p, k))
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// store writes eight bytes at p+k.
func store(p unsafe.Pointer, k int, x uint64) {
	b := (*[8]byte)(unsafe.Add(p, k))
	b[0], b[1], b[2], b[3] = byte(x), byte(x>>8), byte(x>>16), byte(x>>24)
	b[4], b[5], b[6], b[7] = byte(x>>32), byte(x>>40), byte(x>>48), byte(x>>56)
}

// load4 returns the four bytes at p+k.
func load4(p unsafe.Pointer, k int) uint32 {
	b := (*[4]byte)(unsafe.Add(p, k))
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// store4 writes four bytes at p+k.
func store4(p unsafe.Pointer, k int, x uint32) {
	b := (*[4]byte)(unsafe.Add(p, k))
	b[0], b[1], b[2], b[3] = byte(x), byte(x>>8), byte(x>>16), byte(x>>24)
}

// escaped writes the rest of a string that may need escapes, and the closing quote, and leaves room
// for one more byte.
func (e *encoder) escaped(n int, s string) int {
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
	e.reserve(len(b), 1)
	return len(b)
}
