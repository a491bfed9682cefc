package ir

import "strings"

// A Cond is a condition ('if'): a [CondMacro], [CondAll], [CondAny], [CondNot] or [CondText]. A
// nil Cond always holds.
type Cond interface{ cond() }

// A CondMacro holds if the build defines the macro.
type CondMacro struct{ Name string }

// A CondAll holds if all of its conditions hold.
type CondAll struct{ Conds []Cond }

// A CondAny holds if any of its conditions holds.
type CondAny struct{ Conds []Cond }

// A CondNot holds if its condition does not.
type CondNot struct{ Cond Cond }

// A CondText is a C expression of QEMU 6.1 or older that the other types cannot express. It
// holds if the C preprocessor evaluates it to a nonzero value.
type CondText struct{ Text string }

func (CondText) cond()  {}
func (CondMacro) cond() {}
func (CondAll) cond()   {}
func (CondAny) cond()   {}
func (CondNot) cond()   {}

// CondString returns a condition as text for readers: "A and (B or not C)". It returns "" for
// nil.
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
