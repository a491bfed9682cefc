package parser

import (
	"slices"
	"strings"
)

// data collects the constructs of the 'data' or 'returns' of a definition.
func (e *evidence) data(def, n *node) {
	switch {
	case n.is(kindObject):
		e.members(n)
		if def.get("command") != nil || def.get("event") != nil {
			for _, m := range n.members {
				if m.value.is(kindObject) && m.value.get("type") != nil && m.value.get("if") != nil {
					e.use(conditionalArgument, m.value.From)
				}
			}
		}
		if def.get("alternate") != nil {
			e.kinds(n)
		}
	case n.is(kindString):
		e.typeName(n)
	case n.is(kindArray) && def.get("enum") == nil:
		e.elements(n)
	case n.is(kindArray):
		for _, v := range n.values {
			if v.is(kindObject) {
				e.use(longForm, v.From)
				e.conds(v)
				if v.get("features") != nil {
					e.use(valueFeatures, v.From)
				}
			}
		}
	}
}

// kinds checks the branches of an alternate. Up to QEMU 2.9 an integer could stand beside
// another number, and a string beside a number or a boolean.
func (e *evidence) kinds(branches *node) {
	var str, number, integer, boolean int
	for _, m := range branches.members {
		if !m.value.is(kindString) {
			continue
		}
		switch m.value.text {
		case "str":
			str = 1
		case "number":
			number = 1
		case "bool":
			boolean = 1
		case "int", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "size":
			integer = 1
		}
	}
	if number+integer > 1 || str > 0 && number+integer+boolean > 0 {
		e.use(conflictingKinds, branches.From)
	}
}

// members collects the constructs of an object of members or branches.
func (e *evidence) members(n *node) {
	if !n.is(kindObject) {
		return
	}
	for _, m := range n.members {
		switch v := m.value; v.kind {
		case kindString:
			e.typeName(v)
		case kindArray:
			e.elements(v)
		case kindObject:
			if v.get("type") == nil {
				e.use(nestedStruct, v.From)
				e.members(v)
				continue
			}
			if isLongForm(v) {
				e.use(longForm, v.From)
			}
			if typ := v.get("type"); typ.is(kindString) {
				e.typeName(typ)
			} else if typ.is(kindArray) {
				e.elements(typ)
			}
			if v.get("features") != nil {
				e.use(features, v.From)
			}
			e.conds(v)
		}
	}
}

// isLongForm reports whether an object is the long form of a type rather than a nested struct.
func isLongForm(n *node) bool {
	return n.get("type") != nil && !slices.ContainsFunc(n.members, func(m member) bool {
		return !slices.Contains([]string{"type", "if", "features"}, m.key.Value)
	})
}

// elements collects the types in an array.
func (e *evidence) elements(n *node) {
	for _, v := range n.values {
		if v.is(kindString) {
			e.typeName(v)
		}
	}
}

func (e *evidence) typeName(n *node) {
	if c, ok := typeConstruct(n.text); ok {
		e.use(c, n.From)
	}
}

// conds collects the conditions of a member, value or feature, or of a list of them.
func (e *evidence) conds(n *node) {
	for _, v := range n.values {
		e.conds(v)
	}
	for _, m := range n.members {
		switch m.key.Value {
		case "if":
			e.cond(m.value)
		case "features":
			e.conds(m.value)
		}
	}
}

func (e *evidence) cond(n *node) {
	e.use(ifKey, n.From)
	switch {
	case n.is(kindObject):
		e.use(objectCondition, n.From)
	case n.is(kindArray):
		e.use(conditionList, n.From)
	case n.is(kindString) && strings.Contains(n.text, "defined("):
		e.use(cCondition, n.From)
	case n.is(kindString) && isMacro(n.text):
		e.use(nameCondition, n.From)
	}
}
