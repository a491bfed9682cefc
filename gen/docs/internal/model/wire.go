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
	switch t := t.(type) {
	case *ir.Builtin:
		switch t.JSON {
		case ir.JSONInt:
			if limit := integer(t); limit != "" {
				return "integer (" + limit + ")"
			}
			return "integer"
		case ir.JSONValue:
			return "any value"
		default:
			return string(t.JSON)
		}
	case *ir.Enum:
		return "string"
	case *ir.Array:
		elem := Wire(t.Elem)
		if strings.Contains(elem, " or ") {
			elem = "(" + elem + ")"
		}
		return "array of " + elem
	case *ir.Alternate:
		var kinds []string
		for _, b := range t.Branches {
			if k := Wire(b.Type); !slices.Contains(kinds, k) {
				kinds = append(kinds, k)
			}
		}
		return strings.Join(kinds, " or ")
	default:
		return "object"
	}
}
