package model

import (
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// integers are the ranges of the integer types.
var integers = map[string]string{
	"int":    "64 bits",
	"int8":   "-128 to 127",
	"int16":  "-32768 to 32767",
	"int32":  "32 bits",
	"int64":  "64 bits",
	"uint8":  "0 to 255",
	"uint16": "0 to 65535",
	"uint32": "unsigned, 32 bits",
	"uint64": "unsigned, 64 bits",
	"size":   "unsigned, 64 bits",
}

// Wire says what a value of the type is in JSON: "string", "integer (0 to 255)",
// "array of objects" is "array of object".
func Wire(t ir.Type) string {
	switch t := t.(type) {
	case *ir.Builtin:
		switch t.JSON {
		case ir.JSONInt:
			if limit := integers[t.Name]; limit != "" {
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
