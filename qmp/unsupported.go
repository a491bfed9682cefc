package qmp

import "strconv"

// An UnsupportedError reports that a command was not sent because the server does not support it
// or something in its arguments: see [WithFeatureCheck].
type UnsupportedError struct {
	Command string
	// Path is the place in the arguments, such as "file.driver"; it is empty for the
	// command itself. Elements of lists have no index: "actions[].type".
	Path string
	Kind UnsupportedKind
	// Value is the value that the server does not have, if Kind is
	// [UnsupportedValue].
	Value string
	// Server is the name of the server, such as "QEMU 7.2.22".
	Server string
	// Since is the first release that supports it, and Until the first later
	// release that does not. Each is empty if it is not known.
	Since, Until string

	want string // the required type, as QEMU calls it, if Kind is UnsupportedType
}

// An UnsupportedKind says what a server does not support.
type UnsupportedKind string

// The kinds of an [UnsupportedError].
const (
	UnsupportedCommand  UnsupportedKind = "command"
	UnsupportedArgument UnsupportedKind = "argument" // or a member below one
	UnsupportedValue    UnsupportedKind = "value"    // of an enum, or a branch
	UnsupportedType     UnsupportedKind = "type"     // another kind of JSON value is needed
	RequiredArgument    UnsupportedKind = "required" // the server needs a member that was not given
)

// Error names the command, the path, the server, and the releases that support the call, if they
// are known.
func (e *UnsupportedError) Error() string {
	text := "qmp: " + e.Command + ": "
	if e.Path != "" {
		text += "argument " + strconv.Quote(e.Path) + ": "
	}
	if e.Kind == UnsupportedValue {
		text += "value " + strconv.Quote(e.Value) + ": "
	}
	text += "this server"
	if e.Server != "" {
		text += " (" + e.Server + ")"
	}
	switch e.Kind {
	case RequiredArgument:
		text += " needs it"
		if e.Since != "" {
			text += "; it is optional since " + e.Since
		}
		return text
	case UnsupportedType:
		text += " needs another type of value"
	default:
		text += " does not have it"
	}
	if e.Since != "" {
		text += "; it came with " + e.Since
	}
	if e.Until != "" {
		text += "; it went with " + e.Until
	}
	return text
}
