package ir

// A Command is a command definition.
type Command struct {
	Info

	// Arg is the type of the arguments: nil if there are none, an implicit *Struct for inline
	// arguments, else a named *Struct or *Union (or *Alternate, up to QEMU 4.1).
	Arg Type

	// Returns is the type of the result, or nil for the empty object.
	Returns Type

	// ReturnsSometimes is set if only some releases of a merged schema return a result.
	ReturnsSometimes bool

	Boxed           bool // 'boxed'; affects only generated C
	Gen             bool // false: the server checks the arguments itself and may accept others
	SuccessResponse bool // false: the server does not reply on success
	AllowOOB        bool // may run out of band
	AllowPreconfig  bool // allowed in preconfig state
	Coroutine       bool // affects only generated C
}

// Kind returns "command".
func (*Command) Kind() string { return "command" }
