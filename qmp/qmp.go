// Package qmp is the runtime of the Go code that qapi-go generates: a client of
// the QEMU Machine Protocol, its events and errors, and a server. It needs the
// standard library only.
//
// A program dials a monitor and wraps the connection in the client that was
// generated from QEMU's schema:
//
//	c, err := qmp.Dial(ctx, "unix:/run/vm.qmp")
//	if err != nil {
//		return err
//	}
//	defer c.Close()
//	vm := qapi.NewClient(c)
//	status, err := vm.QueryStatus(ctx)
//
// The protocol is that of QEMU's docs/interop/qmp-spec.rst.
package qmp

import (
	"context"
	"os"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A Request is one command to be run.
type Request struct {
	// Command is the name on the wire, such as "query-status".
	Command string

	// Args is nil for a command without arguments, or what becomes the
	// "arguments" object: a pointer to a generated type, or anything
	// encoding/json encodes as an object.
	Args any

	// Result is nil, or a pointer to where the "return" value is decoded.
	Result any

	// NoReply marks a command to which the server sends nothing on success
	// ('success-response': false). The call then returns nil once the request
	// is sent, unless an error reply has come by then.
	NoReply bool

	// OOB runs the command out of band ("exec-oob"). The connection must have
	// negotiated that, and the command must allow it.
	OOB bool

	// Files are passed to the server with the command (SCM_RIGHTS). The
	// caller keeps them and may close them once the call has returned.
	Files []*os.File

	sent   *bool // nil, or set to whether something of it may have been sent
	repeat bool  // a Session may run the command twice
}

// A Caller runs commands. [*Client] is one; a test can use a [CallerFunc].
type Caller interface {
	// Do runs one command and waits for its reply, or until the context is
	// done. An error reply of the server is an [*Error].
	Do(ctx context.Context, req *Request) error
}

// A CallerFunc is a function that is a [Caller].
type CallerFunc func(ctx context.Context, req *Request) error

// Do calls f.
func (f CallerFunc) Do(ctx context.Context, req *Request) error { return f(ctx, req) }

// Error classes that QEMU uses since 1.2 (QapiErrorClass). Other servers and
// releases may send others.
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
	Desc  string `json:"desc"`  // for people; its text is not stable
}

// Error returns the description, and the class unless it is GenericError.
func (e *Error) Error() string {
	if e.Class == "" || e.Class == ClassGenericError {
		return e.Desc
	}
	return e.Class + ": " + e.Desc
}

// Is reports whether target is an *Error with the same class and description, where an empty
// Class or Desc of the target stands for any. So errors.Is tells classes apart:
//
//	if errors.Is(err, &qmp.Error{Class: qmp.ClassDeviceNotFound}) { … }
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && (t.Class == "" || t.Class == e.Class) && (t.Desc == "" || t.Desc == e.Desc)
}

// Null is the JSON value null where a schema has a member of type null, and
// where a member of type any is present with the value null.
type Null = wire.Null
