package merge

import (
	"strconv"

	"github.com/qapi-go/qapi-go/ir"
)

// widest returns the built-in type that holds the values of all of the types,
// which are built-in, newest first, or nil if there is none. Of types that hold
// the same, the newest is taken.
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
	case !signed: // the one with a sign first
		return mixed(b, a, k, n, list)
	}
	return mixed(a, b, n, k, list)
}

// mixed returns the type for a signed and an unsigned one: the next that holds
// both, and uint64 if there is none (see the comment of the package).
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
