package merge

import (
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// either returns the disjunction of conditions, given newest first. If any is nil, the result
// is nil.
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

// macro converts the text "defined(MACRO)", a condition of QEMU 6.1 or older, to a macro. Other
// conditions are returned unchanged.
func macro(c ir.Cond) ir.Cond {
	if text, ok := c.(ir.CondText); ok {
		if name, ok := strings.CutPrefix(text.Text, "defined("); ok && strings.Count(name, ")") == 1 && strings.HasSuffix(name, ")") {
			return ir.CondMacro{Name: strings.TrimSuffix(name, ")")}
		}
	}
	return c
}

// condition returns the disjunction of the conditions of a group's definitions.
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
