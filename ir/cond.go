package ir

import "strings"

// A Cond is a condition ('if'): one of [CondMacro], [CondAll], [CondAny],
// [CondNot] and [CondText]. A nil Cond always holds.
type Cond interface{ cond() }

// A CondMacro holds if the build defines the macro.
type CondMacro struct{ Name string }

// A CondAll holds if all of its conditions hold.
type CondAll struct{ Conds []Cond }

// A CondAny holds if one of its conditions holds.
type CondAny struct{ Conds []Cond }

// A CondNot holds if its condition does not.
type CondNot struct{ Cond Cond }

// A CondText holds if a C preprocessor does not take the text for 0: in schemas
// of QEMU 6.1 and older, where it has no other form.
type CondText struct{ Text string }

func (CondText) cond()  {}
func (CondMacro) cond() {}
func (CondAll) cond()   {}
func (CondAny) cond()   {}
func (CondNot) cond()   {}

// CondString renders a condition for readers: "A and (B or not C)". It returns
// "" for nil.
func CondString(c Cond) string { return condString(c, false) }

func condString(c Cond, nested bool) string {
	switch c := c.(type) {
	case CondMacro:
		return c.Name
	case CondText:
		return "(" + c.Text + ")"
	case CondNot:
		return "not " + condString(c.Cond, true)
	case CondAll:
		return joinConds(c.Conds, " and ", nested)
	case CondAny:
		return joinConds(c.Conds, " or ", nested)
	}
	return ""
}

func joinConds(conds []Cond, op string, nested bool) string {
	parts := make([]string, len(conds))
	for i, c := range conds {
		parts[i] = condString(c, true)
	}
	s := strings.Join(parts, op)
	if nested && len(conds) > 1 {
		return "(" + s + ")"
	}
	return s
}
