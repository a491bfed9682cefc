package ast

// An Enum is an enum definition.
type Enum struct {
	Header
	Prefix *Str // nil if not given
	Values []*EnumValue
}

// An EnumValue is one value of an enum.
type EnumValue struct {
	Span
	Name     Str
	If       Cond
	Features []*Feature
}

// A Struct is a struct definition ('struct', up to 2.3 'type').
type Struct struct {
	Header
	Base    *Str // nil if not given
	Members []*Member
}

// A Union is a union definition. Without Base and Discriminator it is a simple
// union (up to 6.1).
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

// Data is the 'data' of a command or event: the name of a type, or members.
type Data struct {
	Span
	Name    *Str // nil if given as members
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

// A TypeRef is the use of a type: T or ['T'], or, up to QEMU 2.3, the members of
// a struct without a name.
type TypeRef struct {
	Span    // includes the brackets
	Name    Str
	Array   bool
	Nested  bool // Members stand for the type, and there is no name
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
