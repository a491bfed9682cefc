package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// integer describes the range of an integer type: "0 to 255", or "32 bits" for larger ones.
func integer(b *ir.Builtin) string {
	n, signed := b.Bits()
	low, high := b.Range()
	switch {
	case n == 0:
		return ""
	case n <= 16:
		return fmt.Sprintf("%d to %d", low, high)
	case signed:
		return fmt.Sprintf("%d bits", n)
	}
	return fmt.Sprintf("unsigned, %d bits", n)
}

// Wire returns the JSON type of a QAPI type: "string", "integer (0 to 255)", "array of
// object", "string or null".
func Wire(t ir.Type) string {
	return WireWith(t, "", func(b *ir.Builtin) string {
		switch limit := integer(b); {
		case b.JSON == ir.JSONValue:
			return "any value"
		case b.JSON == ir.JSONInt && limit != "":
			return "integer (" + limit + ")"
		case b.JSON == ir.JSONInt:
			return "integer"
		}
		return string(b.JSON)
	})
}

// WireWith is like Wire, with other words: builtin returns those for built-in types, and prefix
// precedes "string", "array" and "object".
func WireWith(t ir.Type, prefix string, builtin func(*ir.Builtin) string) string {
	switch t := t.(type) {
	case *ir.Builtin:
		return builtin(t)
	case *ir.Enum:
		return prefix + "string"
	case *ir.Array:
		elem := WireWith(t.Elem, prefix, builtin)
		if strings.Contains(elem, " or ") {
			elem = "(" + elem + ")"
		}
		return prefix + "array of " + elem
	case *ir.Alternate:
		var kinds []string
		for _, b := range t.Branches {
			if k := WireWith(b.Type, prefix, builtin); !slices.Contains(kinds, k) {
				kinds = append(kinds, k)
			}
		}
		return List(kinds, "or")
	default:
		return prefix + "object"
	}
}

// List joins items as "a, b or c".
func List(items []string, word string) string {
	if n := len(items) - 1; n > 0 {
		return strings.Join(items[:n], ", ") + " " + word + " " + items[n]
	}
	return strings.Join(items, "")
}
