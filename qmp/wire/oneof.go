package wire

import "strings"

// OneOf reports whether name is in list, whose names are separated by commas. The Known methods of
// generated enums call it, since a switch or a table takes many times as long to compile. It is not
// inlined for the same reason.
//
//go:noinline
func OneOf(list, name string) bool {
	for {
		first, rest, more := cut(list, ',')
		if first == name {
			return list != ""
		}
		if !more {
			return false
		}
		list = rest
	}
}

// cut is [strings.Cut] for a separator of one byte. The search for longer ones is 6 KiB of code
// that nothing else in a client uses.
func cut(s string, separator byte) (before, after string, found bool) {
	if k := strings.IndexByte(s, separator); k >= 0 {
		return s[:k], s[k+1:], true
	}
	return s, "", false
}
