// Package example reads the examples in the documentation of a schema: what
// a client sends and a server answers, message by message, each with its place,
// and holds them against the schema.
//
// [Read] takes the examples of one documentation comment, in the forms of all
// releases of QEMU: "Example:" sections, qmp-example blocks, and messages in the
// middle of prose. Each message becomes a [Message] with its JSON value, exact
// to the digit, and with what is wrong with it. What an example leaves out with
// "..." is no mistake; what is there is checked all the same.
//
// A message is checked by what QEMU's docs/interop/qmp-spec.rst says of the
// envelope, and by the schema as regards names, arguments, results and data of
// events. Conditions are taken to hold.
package example

import (
	"go/token"

	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/ir"
)

// A Transcript is what the examples of a documentation comment say.
type Transcript struct {
	Doc      *ir.Doc
	Examples []*Example // in the order of the text
}

// An Example is an exchange of messages.
type Example struct {
	Section *ir.Section // whose text it stands in; nil if it was made
	Made    bool        // from the types, by a [Maker]
	Title   []prose.Inline

	// Messages are in the order of the text. There may be none.
	Messages []*Message
}

// A Kind says what a message is.
type Kind string

// The kinds of message.
const (
	Command  Kind = "command"  // of the client
	Return   Kind = "return"   // a command's result
	Error    Kind = "error"    // a command's failure
	Event    Kind = "event"    //
	Greeting Kind = "greeting" // of the server, when it is connected to
	Unclear  Kind = "unclear"  // no JSON object, or not one that the protocol has
)

// A Message is one message of an example.
type Message struct {
	Kind   Kind
	Client bool // it is marked as the client's: "->"

	// Text is the JSON text as it stands in the example, without arrow. Its
	// lines are separated by "\n" and start where the first does.
	Text string

	// Value is the message; nil if Text is not JSON.
	Value *Value

	// Elided says that something is left out with "...".
	Elided bool

	// Command is the command that the message runs or answers. It is nil if
	// that is none of the schema, or not known.
	Command *ir.Command

	// Event is the event that the message reports; nil if it is none.
	Event *ir.Event

	// Findings are what is wrong with the message, in the order of the text.
	Findings []Finding

	lines []line
	row   int // of the section's text where it starts
}

// A line is a line of a message's text.
type line struct {
	start int       // offset in Text
	pos   token.Pos // place of its first byte in the schema; NoPos if not known
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

// A Finding is something that is wrong with a message.
type Finding struct {
	Code code

	// Path is the member that is wrong, from the message: as in
	// "arguments.file.driver" and "return[0].status". It is empty if the
	// message as a whole is.
	Path string

	Msg    string    // what is wrong, without the path
	Offset int       // in the message's Text
	Pos    token.Pos // in the schema; NoPos if the message is in none
}

// A code says what sort of mistake a finding is.
type code string

// The codes of findings.
const (
	codeJSON           code = "json"            // no JSON text
	codeNotMessage     code = "not-a-message"   // nothing that the protocol has
	codeDirection      code = "direction"       // the arrow says that the other side sends it
	codeUnknownCommand code = "unknown-command" //
	codeUnknownEvent   code = "unknown-event"   //
	codeUnknownMember  code = "unknown-member"  //
	codeMissingMember  code = "missing-member"  // a mandatory one
	codeDuplicate      code = "duplicate"       // a member that is there already
	codeKind           code = "kind"            // a value of another JSON kind
	codeRange          code = "range"           // an integer that the type does not hold
	codeUnknownValue   code = "unknown-value"   // none of the enum's
)

// String returns the finding as "path: message".
func (f Finding) String() string {
	if f.Path == "" {
		return f.Msg
	}
	return f.Path + ": " + f.Msg
}
