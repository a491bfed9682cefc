package merge

import (
	"strconv"

	"github.com/qapi-go/qapi-go/ir"
)

// widest returns the built-in type that holds the values of all types, or nil if there is none.
// The types are built-in, newest first. If several suffice, the newest is used.
func widest(list []instance) *ir.Builtin {
	w := list[0].typ.(*ir.Builtin)
	for _, i := range list[1:] {
		if w = wider(w, i.typ.(*ir.Builtin), list); w == nil {
			return nil
		}
	}
	return w
}

func wider(a, b *ir.Builtin, list []instance) *ir.Builtin {
	switch {
	case a.JSON == ir.JSONInt && b.JSON == ir.JSONInt:
	case a.JSON == ir.JSONNumber && (b.JSON == ir.JSONInt || b.JSON == ir.JSONNumber):
		return a
	case b.JSON == ir.JSONNumber && a.JSON == ir.JSONInt:
		return b
	case a.JSON == b.JSON:
		return a
	default:
		return nil
	}
	n, signed := a.Bits()
	k, other := b.Bits()
	switch {
	case signed == other && k > n:
		return b
	case signed == other:
		return a
	case !signed: // mixed takes the signed one first
		return mixed(b, a, k, n, list)
	}
	return mixed(a, b, n, k, list)
}

// mixed returns a type for a signed and an unsigned one: the smallest type that holds both, or
// uint64 if there is none (see the package comment).
func mixed(s, u *ir.Builtin, signed, unsigned int, list []instance) *ir.Builtin {
	switch {
	case signed > unsigned:
		return s
	case unsigned == 64:
		return u
	}
	name := "int" + strconv.Itoa(2*unsigned)
	return &ir.Builtin{Info: ir.Info{Name: name}, JSON: ir.JSONInt}
}
