// Package example reads the examples in the documentation of a schema: what a client sends
// and a server answers, message by message, each with its position, and checks them against
// the schema.
//
// [Read] takes the examples of one documentation comment, in the forms of all releases of
// QEMU: "Example:" sections, qmp-example blocks, and messages within prose. Each becomes a
// [Message] with its JSON value, in which numbers are exact, and with findings. Omissions
// marked with "..." are allowed; what is present is checked.
//
// The envelope of a message is checked by QEMU's docs/interop/qmp-spec.rst; names,
// arguments, results and data of events are checked by the schema. All conditions are
// assumed to hold.
package example

import (
	"go/token"

	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/ir"
)

// A Transcript holds the examples of a documentation comment.
type Transcript struct {
	Doc      *ir.Doc
	Examples []*Example // in source order
}

// An Example is an exchange of messages.
type Example struct {
	Section *ir.Section // the section that contains it; nil if it was made
	Made    bool        // from the types, by a [Maker]
	Title   []prose.Inline

	// Messages are in source order. There may be none.
	Messages []*Message
}

// A Kind is the kind of a message.
type Kind string

// The kinds of message.
const (
	Command  Kind = "command"  // of the client
	Return   Kind = "return"   // a command's result
	Error    Kind = "error"    // a command's failure
	Event    Kind = "event"    //
	Greeting Kind = "greeting" // of the server, on connecting
	Unclear  Kind = "unclear"  // not a message of the protocol
)

// A Message is one message of an example.
type Message struct {
	Kind   Kind
	Client bool // marked as the client's: "->"

	// Text is the JSON text as in the example, without the arrow. Its lines are separated
	// by "\n" and start where the first does.
	Text string

	// Value is the message; nil if Text is not JSON.
	Value *Value

	// Elided is set if something is omitted with "...".
	Elided bool

	// Command is the command that the message runs or answers. It is nil if unknown or not
	// in the schema.
	Command *ir.Command

	// Event is the event that the message reports, or nil.
	Event *ir.Event

	// Findings are the problems of the message, in source order.
	Findings []Finding

	lines []line
	row   int // of the section's text where it starts
}

// A line is a line of a message's text.
type line struct {
	start int       // offset in Text
	pos   token.Pos // position of its first byte in the schema; NoPos if unknown
}

// Pos returns the place of a byte of Text in the schema, or NoPos if the message is in no
// schema. A byte past a line is at the line's end.
func (m *Message) Pos(offset int) token.Pos {
	for i := len(m.lines) - 1; i >= 0; i-- {
		if l := m.lines[i]; l.start <= offset && l.pos.IsValid() {
			return l.pos + token.Pos(offset-l.start)
		}
	}
	return token.NoPos
}

// A Finding is an error in a message.
type Finding struct {
	Code code

	// Path is the path of the member with the error, such as "arguments.file.driver" or
	// "return[0].status". It is empty for the message as a whole.
	Path string

	Msg    string    // description, without the path
	Offset int       // in the message's Text
	Pos    token.Pos // in the schema; NoPos if the message is in none
}

// A code is the kind of a finding.
type code string

// The codes of findings.
const (
	codeJSON           code = "json"            // not JSON
	codeNotMessage     code = "not-a-message"   // not a message of the protocol
	codeDirection      code = "direction"       // the arrow marks the other side as the sender
	codeUnknownCommand code = "unknown-command" //
	codeUnknownEvent   code = "unknown-event"   //
	codeUnknownMember  code = "unknown-member"  //
	codeMissingMember  code = "missing-member"  // a mandatory one
	codeDuplicate      code = "duplicate"       // a duplicate member
	codeKind           code = "kind"            // a value of another JSON kind
	codeRange          code = "range"           // an integer out of the type's range
	codeUnknownValue   code = "unknown-value"   // not a value of the enum
)

// String returns the finding as "path: message".
func (f Finding) String() string {
	if f.Path == "" {
		return f.Msg
	}
	return f.Path + ": " + f.Msg
}
