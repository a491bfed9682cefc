package wire

import "strings"

// OneOf reports whether name is in list, whose names are separated by commas. The Known methods of
// generated enums call it, since a switch or a table takes many times as long to compile. It is not
// inlined for the same reason.
//
//go:noinline
func OneOf(list, name string) bool {
	for {
		first, rest, more := strings.Cut(list, ",")
		if first == name {
			return list != ""
		}
		if !more {
			return false
		}
		list = rest
	}
}
