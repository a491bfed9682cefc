package qmp

import (
	"context"
	"os"
	"strconv"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A Request is a command to run.
type Request struct {
	// Command is the name on the wire, such as "query-status".
	Command string

	// Args are the arguments: nil for none, a pointer to a generated type, a
	// json.RawMessage, or anything that encoding/json encodes as an object.
	Args any

	// Result points to where the result ("return") is decoded. nil drops it.
	Result any

	// NoReply marks a command that has no reply on success
	// ('success-response': false). The call then returns nil once the request
	// is sent, unless an error reply arrives within 100 ms.
	NoReply bool

	// OOB runs the command out of band ("exec-oob"). The connection needs
	// [WithOOB], and the command must allow it.
	OOB bool

	// Files are passed to the server with the command (SCM_RIGHTS), over a unix
	// socket. They still belong to the caller, who may close them once the call
	// has returned.
	Files []*os.File

	sent   *bool // nil, or set to whether any of the request may have been sent
	repeat bool  // a Session may run the command again
}

// A Caller runs commands: a [*Client], [*Session], [*Machine], or in tests a [CallerFunc].
type Caller interface {
	// Do runs a command and waits for its reply or for the end of the context. An error reply is
	// an [*Error].
	Do(ctx context.Context, req *Request) error
}

// A CallerFunc is a function used as a [Caller].
type CallerFunc func(ctx context.Context, req *Request) error

// Do calls f.
func (f CallerFunc) Do(ctx context.Context, req *Request) error { return f(ctx, req) }

// Error classes of QEMU since 1.2 (QapiErrorClass). Other servers and releases may have others.
const (
	ClassGenericError    = "GenericError"
	ClassCommandNotFound = "CommandNotFound"
	ClassDeviceNotActive = "DeviceNotActive"
	ClassDeviceNotFound  = "DeviceNotFound"
	ClassKVMMissingCap   = "KVMMissingCap"
)

// An Error is an error reply of the server.
type Error struct {
	Class string `json:"class"` // one of the Class constants, or another
	Desc  string `json:"desc"`  // for humans; not stable between releases
}

// Error returns the description, and the class unless it is GenericError.
func (e *Error) Error() string {
	if e.Desc == "" { // QEMU always has one
		return "an error without a description (class " + strconv.Quote(e.Class) + ")"
	}
	if e.Class == "" || e.Class == ClassGenericError {
		return e.Desc
	}
	return e.Class + ": " + e.Desc
}

// Is reports whether target is an *Error with the same class and description. An empty Class or
// Desc of target matches any, so that errors.Is can test for a class:
//
//	if errors.Is(err, &qmp.Error{Class: qmp.ClassDeviceNotFound}) { … }
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && (t.Class == "" || t.Class == e.Class) && (t.Desc == "" || t.Desc == e.Desc)
}

// Null is the JSON value null: the type of members of QAPI type null, and the value of a member of
// type any that is present and null.
type Null = wire.Null
