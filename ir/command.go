package ir

// A Command is a command of the protocol.
type Command struct {
	Info

	// Arg is the type of the arguments: nil for none, an implicit struct for
	// arguments given inline, a named *Struct or *Union otherwise (also, in
	// old releases, an *Alternate).
	Arg Type

	// Returns is the type of the result; nil means the empty object.
	Returns Type

	// ReturnsSometimes says that some releases of a merged schema return nothing.
	ReturnsSometimes bool

	Boxed           bool // 'boxed': only C code sees a difference
	Gen             bool // false: the server checks the arguments by hand and may take more
	SuccessResponse bool // false: there is no reply on success
	AllowOOB        bool // may be run out of band
	AllowPreconfig  bool // may be run before the machine is made
	Coroutine       bool // only C code sees a difference
}

// Kind returns "command".
func (*Command) Kind() string { return "command" }
