package merge

import (
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// either returns the condition that holds if one of the conditions does, newest
// first: what a release has without a condition has none in the result.
func either(conds []ir.Cond) ir.Cond {
	var list []ir.Cond
	seen := make(map[string]bool)
	for _, c := range conds {
		if c == nil {
			return nil
		}
		c = macro(c)
		if text := ir.CondString(c); !seen[text] {
			seen[text] = true
			list = append(list, c)
		}
	}
	switch len(list) {
	case 0:
		return nil
	case 1:
		return conds[0]
	}
	return ir.CondAny{Conds: list}
}

// macro returns the macro of a condition that QEMU up to 6.1 has as text:
// "defined(CONFIG_SPICE)".
func macro(c ir.Cond) ir.Cond {
	if text, ok := c.(ir.CondText); ok {
		if name, ok := strings.CutPrefix(text.Text, "defined("); ok && strings.Count(name, ")") == 1 && strings.HasSuffix(name, ")") {
			return ir.CondMacro{Name: strings.TrimSuffix(name, ")")}
		}
	}
	return c
}

// condition returns the condition of a group: of all its definitions.
func (g *group) condition() ir.Cond {
	var conds []ir.Cond
	for _, i := range g.list {
		if i.typ == nil || shapeOf(i.typ) == builtin || shapeOf(i.typ) == array {
			continue
		}
		conds = append(conds, i.typ.Head().If)
	}
	return either(conds)
}
