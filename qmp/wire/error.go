package wire

import (
	"slices"
	"strconv"
	"strings"
)

// An Error describes why a value could not be decoded or encoded, and where.
type Error struct {
	// Path leads to the member, such as "file.driver" or "[3].name". It is
	// empty for the value as a whole.
	Path string

	// Offset is the index of the first wrong byte in the input, or -1 when
	// encoding.
	Offset int

	Reason Reason
	Want   string // with ReasonType: the expected kind, such as "string"
	Type   string // with ReasonType and ReasonRange: the integer type, such as "uint16", or the alternate
	Wide   bool   // with ReasonRange: the number does not fit 64 bits either
	Value  string // with ReasonValue: the unknown value
	Msg    string // the message without the path and offset
	Err    error  // the cause, or nil
}

// A Reason classifies errors, so that a server can report each in its own words.
type Reason uint8

// Reasons for errors.
const (
	ReasonSyntax     Reason = iota // the input is not JSON
	ReasonIncomplete               // the input ends within a value
	ReasonDepth                    // nested deeper than MaxDepth
	ReasonType                     // a value of another kind than the schema's
	ReasonRange                    // a number that does not fit its type
	ReasonMissing                  // a mandatory member is missing
	ReasonUnexpected               // a member that the schema does not have
	ReasonDuplicate                // a duplicate member
	ReasonValue                    // an enum value or branch that the schema does not have
	ReasonGo                       // a Go value or type that no value of the schema corresponds to
)

// ofSchema reports whether an error says that JSON does not fit the schema.
func (r Reason) ofSchema() bool {
	switch r {
	case ReasonType, ReasonRange, ReasonMissing, ReasonUnexpected, ReasonValue:
		return true
	}
	return false
}

// Error returns the path, the message and the offset.
func (e *Error) Error() string {
	s := e.Msg
	if e.Path != "" {
		s = e.Path + ": " + s
	}
	if e.Offset >= 0 {
		s += " (byte " + strconv.Itoa(e.Offset) + ")"
	}
	return s
}

// quote is strconv.Quote, not inlined: it is in many error texts.
//
//go:noinline
func quote(s string) string { return strconv.Quote(s) }

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// A failure is the error of a decoder or encoder, and the path to it, which is
// put together while the calls return.
type failure struct {
	err  *Error
	path []string // innermost first
}

// in adds a member to the path. It returns -1, as a failed decoder does.
//
//go:noinline
func (f *failure) in(name string) int {
	f.path = append(f.path, strings.Clone(name))
	return -1
}

// at adds an element of a list to the path.
//
//go:noinline
func (f *failure) at(index int) int {
	f.path = append(f.path, "["+strconv.Itoa(index)+"]")
	return -1
}

// finish returns the error with its path.
func (f *failure) finish() error {
	var path []byte
	for _, step := range slices.Backward(f.path) {
		if len(path) > 0 && !strings.HasPrefix(step, "[") {
			path = append(path, '.')
		}
		path = append(path, step...)
	}
	f.err.Path = string(path)
	return f.err
}
