package wire

import "strings"

// OneOf reports whether name is in list, whose names are separated by commas.
// The Known methods of generated enums use it: a switch, or a table, costs many
// times as much to compile. That is also why it is not inlined.
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
