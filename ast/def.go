package ast

// An Enum is an enum definition.
type Enum struct {
	Header
	Prefix *Str // nil if not given
	Values []*EnumValue
}

// An EnumValue is a value of an enum.
type EnumValue struct {
	Span
	Name     Str
	If       Cond
	Features []*Feature
}

// A Struct is a struct definition ('struct', or 'type' up to QEMU 2.3).
type Struct struct {
	Header
	Base    *Str // nil if not given
	Members []*Member
}

// A Union is a union definition. A simple union (up to QEMU 6.1) has neither Base nor
// Discriminator.
type Union struct {
	Header
	Base          *Base
	Discriminator *Str
	Branches      []*Branch
}

// A Base is the base of a union: the name of a struct, or members given inline.
type Base struct {
	Span
	Name    *Str // nil if given inline
	Members []*Member
}

// An Alternate is an alternate definition.
type Alternate struct {
	Header
	Branches []*Branch
}

// A Branch is a branch of a union or alternate.
type Branch struct {
	Span
	Name Str
	Type TypeRef
	If   Cond
}

// A Command is a command definition.
type Command struct {
	Header
	Data    *Data    // nil if not given
	Returns *TypeRef // nil if not given

	Boxed             bool
	NoGen             bool // 'gen': false
	NoSuccessResponse bool // 'success-response': false
	AllowOOB          bool
	AllowPreconfig    bool
	Coroutine         bool
}

// An Event is an event definition.
type Event struct {
	Header
	Data  *Data // nil if not given
	Boxed bool
}

// Data is the 'data' of a command or event: the name of a type, or inline members.
type Data struct {
	Span
	Name    *Str // nil if given inline
	Members []*Member
}

// A Member is a member of a struct or inline base, or an argument.
type Member struct {
	Span
	Name     Str // without the '*' of optional members; its span includes it
	Optional bool
	Type     TypeRef
	If       Cond
	Features []*Feature
}

// A TypeRef is a use of a type: T, ['T'], or the members of an anonymous struct (up to QEMU
// 2.3).
type TypeRef struct {
	Span    // includes the brackets
	Name    Str
	Array   bool
	Nested  bool // an anonymous struct: Members is set and Name is empty
	Members []*Member
}

// Keyword returns "enum".
func (*Enum) Keyword() string { return "enum" }

// Keyword returns "struct".
func (*Struct) Keyword() string { return "struct" }

// Keyword returns "union".
func (*Union) Keyword() string { return "union" }

// Keyword returns "alternate".
func (*Alternate) Keyword() string { return "alternate" }

// Keyword returns "command".
func (*Command) Keyword() string { return "command" }

// Keyword returns "event".
func (*Event) Keyword() string { return "event" }
