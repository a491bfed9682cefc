package console

import (
	"fmt"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// typeName describes a type for messages. Types of introspection have no names.
func typeName(t ir.Type) string {
	name := t.Head().Name
	if strings.Trim(name, "0123456789") == "" || strings.HasPrefix(name, "q_") || strings.HasPrefix(name, "[") {
		name = ""
	}
	switch t := t.(type) {
	case *ir.Builtin:
		switch t.JSON {
		case ir.JSONString:
			return "a string"
		case ir.JSONBoolean:
			return "true or false"
		case ir.JSONInt:
			if bits, _ := t.Bits(); bits > 0 && t.Name != "int" {
				return "an integer (" + t.Name + ")"
			}
			return "an integer"
		case ir.JSONNumber:
			return "a number"
		case ir.JSONNull:
			return "null"
		}
		return "any value"
	case *ir.Enum:
		return "one of " + allowed(enumNames(t))
	case *ir.Array:
		return "a list of " + plainTypeName(t.Elem)
	}
	if name == "" {
		return "an object"
	}
	return "an object (" + name + ")"
}

// plainTypeName describes the type of the elements of a list.
func plainTypeName(t ir.Type) string {
	switch t.(type) {
	case *ir.Builtin:
		return t.Head().Name
	case *ir.Enum:
		return typeName(t)
	}
	return strings.TrimPrefix(typeName(t), "an ")
}

// memberExample returns the mandatory members of an object type, as in JSON.
func memberExample(t ir.Type) []string {
	var all []string
	for _, m := range commonMembers(t) {
		if !m.Optional {
			all = append(all, quote(m.Name)+": …")
		}
	}
	return all
}

func listExample(elem ir.Type) string {
	switch ir.JSONKindOf(elem) {
	case ir.JSONInt, ir.JSONNumber:
		return "[1, 2]"
	case ir.JSONBoolean:
		return "[true]"
	case ir.JSONString:
		return `["a", "b"]`
	case ir.JSONObject:
		return "[{" + strings.Join(memberExample(elem), ", ") + "}]"
	}
	return "[…]"
}

// maxAllowed is the number of names up to which a message lists all.
const maxAllowed = 100

func enumNames(t *ir.Enum) []string {
	names := make([]string, len(t.Values))
	for i, v := range t.Values {
		names[i] = v.Name
	}
	return names
}

// allowed joins names for a message.
func allowed(names []string) string {
	if len(names) > maxAllowed {
		return strings.Join(names[:maxAllowed], ", ") + fmt.Sprintf(" and %d more", len(names)-maxAllowed)
	}
	return strings.Join(names, ", ")
}
