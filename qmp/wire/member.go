package wire

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unsafe"
)

// A nameTable finds a name in a list: open addressing, at most half full. A name in the input is
// compared by its first words of eight bytes, each up to the quote that ends the name.
type nameTable struct {
	slots []nameSlot
	shift uint8
}

type nameSlot struct {
	_     incomparable
	head  uint64 // the first word
	tail  uint64 // the second word, of a name that has no quote in the first
	name  string
	index int // in the list; -1: free
}

func makeNameTable(names []string) nameTable {
	size := 2
	for size < 2*len(names) {
		size *= 2
	}
	t := nameTable{slots: make([]nameSlot, size), shift: uint8(64 - bits.TrailingZeros(uint(size)))}
	for k := range t.slots {
		t.slots[k].index = -1
	}
	for k := len(names) - 1; k >= 0; k-- {
		name := names[k]
		if t.find(name) >= 0 {
			continue // the last duplicate counts
		}
		s := nameSlot{name: name, index: k}
		if s.head = nameWord(name); len(name) >= 8 {
			s.tail = nameWord(name[8:])
		}
		at := t.first(s.head)
		for t.slots[at].index >= 0 {
			at = (at + 1) & (size - 1)
		}
		t.slots[at] = s
	}
	return t
}

// first returns the first slot to probe for a name with this first word.
func (t *nameTable) first(head uint64) int {
	return int(head * 0x9E3779B97F4A7C15 >> (t.shift & 63))
}

// find returns the index of a name, or -1.
func (t *nameTable) find(name string) int {
	head := nameWord(name)
	for at := t.first(head); ; at = (at + 1) & (len(t.slots) - 1) {
		if s := &t.slots[at]; s.index < 0 || s.head == head && s.name == name {
			return s.index
		}
	}
}

// nameWord returns the first word of a name, with the quote that ends it.
func nameWord(name string) uint64 {
	p, n := unsafe.Pointer(unsafe.StringData(name)), len(name)
	if n >= 8 {
		return load(p, 0)
	}
	word := uint64('"') << (8 * n)
	if n >= 4 {
		return word | uint64(load4(p, 0)) | uint64(load4(p, n-4))<<(8*(n-4))
	}
	for k := range n {
		word |= uint64(name[k]) << (8 * k)
	}
	return word
}

// cutWord zeroes the bytes after the first quote in x, and reports whether there is a quote.
func cutWord(x uint64) (word uint64, quote bool) {
	y := x ^ '"'*everyByte
	mark := (y - everyByte) &^ y & highBits // exact in its lowest bit
	return x & (mark ^ (mark - 1)), mark != 0
}

// lookUp returns the index of the name at data[i], or -1 if it is not in the list, is near the end
// of the input, or has escapes.
func (t *nameTable) lookUp(data []byte, i int) int {
	if i+17 > len(data) || data[i] != '"' {
		return -1
	}
	head, quote := cutWord(binary.LittleEndian.Uint64(data[i+1:]))
	at := t.first(head)
	for {
		s := &t.slots[at]
		if s.head == head && (quote || s.goesOn(data, i)) || s.index < 0 {
			return s.index
		}
		at = (at + 1) & (len(t.slots) - 1)
	}
}

// goesOn reports whether the name at data[i] equals s, whose first word is known to match.
func (s *nameSlot) goesOn(data []byte, i int) bool {
	tail, quote := cutWord(binary.LittleEndian.Uint64(data[i+9:]))
	if tail != s.tail || quote {
		return tail == s.tail
	}
	end := i + 1 + len(s.name)
	return end < len(data) && data[end] == '"' && string(data[i+17:end]) == s.name[16:]
}

// A spelling is the text of a member's name in JSON with the closing quote and the colon: its first
// two words of eight bytes, masks of the bits in use, and the whole text.
type spelling struct {
	_              incomparable
	head, headMask uint64
	tail, tailMask uint64
	text           string
}

// unexpected is the spelling of a member that must always be looked up. It matches no name.
var unexpected = spelling{headMask: 1<<64 - 1}

func spell(name string) spelling {
	name += `":`
	var text, mask [16]byte
	for k := range copy(text[:], name) {
		mask[k] = 0xFF
	}
	word := binary.LittleEndian.Uint64
	return spelling{head: word(text[:]), headMask: word(mask[:]), tail: word(text[8:]), tailMask: word(mask[8:]), text: name}
}

// A memberSet is the set of members of an object decoded so far, by index.
type memberSet struct {
	low  uint64
	rest *[]uint64 // bits from the 65th member on
}

// add adds a member and reports whether it was there.
func (s *memberSet) add(k uint) bool {
	if k >= 64 {
		return s.addRest(k)
	}
	was := s.low
	s.low |= 1 << k
	return was == s.low
}

//go:noinline
func (s *memberSet) addRest(k uint) bool {
	if s.rest == nil {
		s.rest = new([]uint64)
	}
	rest := *s.rest
	for int(k/64) >= len(rest) {
		rest = append(rest, 0)
	}
	*s.rest = rest
	bit := uint64(1) << (k % 64)
	was := rest[k/64] & bit
	rest[k/64] |= bit
	return was != 0
}

func (s *memberSet) has(k uint) bool {
	if k < 64 {
		return s.low&(1<<k) != 0
	}
	return s.rest != nil && int(k/64) < len(*s.rest) && (*s.rest)[k/64]&(1<<(k%64)) != 0
}

// A nameSet is the set of names of unknown members of an object, to detect duplicates.
type nameSet struct {
	any   bool   // there is a first one
	first string // often the only one
	few   []string
	many  map[string]any // values are unused; programs link this map type anyway
}

// add adds a name and reports whether it was there.
func (s *nameSet) add(name string) bool {
	if !s.any {
		s.any, s.first = true, name
		return false
	}
	if name == s.first {
		return true
	}
	if s.many == nil {
		if slices.Contains(s.few, name) {
			return true
		}
		if s.few = append(s.few, name); len(s.few) == 16 {
			s.many = make(map[string]any, 32)
			for _, n := range s.few {
				s.many[n] = nil
			}
		}
		return false
	}
	_, was := s.many[name]
	s.many[name] = nil
	return was
}
