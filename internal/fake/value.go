package fake

import (
	"strconv"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// least returns a minimal value of a type, as JSON text: objects have their mandatory members
// only, enums their first value, unions and alternates their first branch with a finite value, and
// lists and strings are empty. It returns false for a type without a finite value.
func least(t ir.Type) (string, bool) { return leastIn(t, make(map[ir.Type]bool)) }

func leastIn(t ir.Type, around map[ir.Type]bool) (string, bool) {
	switch t := t.(type) {
	case nil:
		return "{}", true
	case *ir.Builtin:
		return leastBuiltin(t), true
	case *ir.Array:
		return "[]", true
	case *ir.Enum:
		if len(t.Values) == 0 {
			return "", false
		}
		return strconv.Quote(t.Values[0].Name), true
	}
	if around[t] {
		return "", false
	}
	around[t] = true
	defer delete(around, t)
	if a, ok := t.(*ir.Alternate); ok {
		for _, b := range a.Branches {
			if text, ok := leastIn(b.Type, around); ok {
				return text, true
			}
		}
		return "", false
	}
	members, ok := leastMembers(t, around)
	return "{" + strings.Join(members, ", ") + "}", ok
}

// leastMembers returns the members of a minimal object, as JSON text.
func leastMembers(t ir.Type, around map[ir.Type]bool) ([]string, bool) {
	switch t := t.(type) {
	case *ir.Struct:
		return mandatory(t.AllMembers(), "", around)
	case *ir.Union:
		common, ok := mandatory(t.Base.AllMembers(), t.Discriminator.Name, around)
		if !ok {
			return nil, false
		}
		for _, b := range t.Branches {
			members := append(common[:len(common):len(common)], member(t.Discriminator.Name, strconv.Quote(b.Name)))
			if b.Type == nil {
				return members, true
			}
			if more, ok := leastMembers(b.Type, around); ok {
				return append(members, more...), true
			}
		}
	}
	return nil, false
}

func member(name, value string) string { return strconv.Quote(name) + ": " + value }

// mandatory returns the mandatory members except one.
func mandatory(list []*ir.Member, except string, around map[ir.Type]bool) ([]string, bool) {
	var members []string
	for _, m := range list {
		if m.Optional || m.Name == except {
			continue
		}
		text, ok := leastIn(m.Type, around)
		if !ok {
			return nil, false
		}
		members = append(members, member(m.Name, text))
	}
	return members, true
}

func leastBuiltin(t *ir.Builtin) string {
	switch t.JSON {
	case ir.JSONString:
		return `""`
	case ir.JSONBoolean:
		return "false"
	case ir.JSONNull:
		return "null"
	case ir.JSONValue:
		return "{}"
	}
	return "0"
}
