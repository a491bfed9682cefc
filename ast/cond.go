package ast

// A Cond is a condition ('if'): *[CondMacro], *[CondAll], *[CondAny],
// *[CondNot] or *[CondText].
type Cond interface {
	Node
	cond()
}

// A CondMacro is the name of a macro.
type CondMacro struct {
	Span
	Name string
}

// A CondAll is {'all': [...]}.
type CondAll struct {
	Span
	Conds []Cond
}

// A CondAny is {'any': [...]}.
type CondAny struct {
	Span
	Conds []Cond
}

// A CondNot is {'not': ...}.
type CondNot struct {
	Span
	Cond Cond
}

// A CondText is a C expression of QEMU 6.1 or older that the other types cannot express.
type CondText struct {
	Span
	Text string
}

func (*CondText) cond()  {}
func (*CondMacro) cond() {}
func (*CondAll) cond()   {}
func (*CondAny) cond()   {}
func (*CondNot) cond()   {}
