package qmp

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// ErrClosed is the cause of the end of a connection that the program closed
// itself, with [Client.Close] or [Server.Shutdown].
var ErrClosed = errors.New("qmp: connection closed by this program")

// ErrSubscriptionClosed is the error of a [Subscription] after its Close, and of a
// sequence of events that is ranged over again after its end.
var ErrSubscriptionClosed = errors.New("qmp: subscription closed")

// ErrNoOOB is the error of a call with [Request.OOB] on a connection that did
// not negotiate out-of-band execution: see [WithOOB].
var ErrNoOOB = errors.New("qmp: out-of-band execution was not negotiated")

// A DisconnectError reports that a connection ended, and why. Every call that was
// waiting gets it, every later call, and every sequence of events, once.
type DisconnectError struct {
	// Err is the cause: io.EOF if the server closed the connection between two
	// messages, as QEMU does when it quits; [ErrClosed]; a [*ProtocolError]; or
	// an error of the connection.
	Err error
}

// Error returns the cause as text.
func (e *DisconnectError) Error() string {
	switch {
	case e.Err == io.EOF:
		return "qmp: connection closed by the server"
	case e.Err == io.ErrUnexpectedEOF:
		return "qmp: connection closed by the server in the middle of a message"
	case errors.Is(e.Err, ErrClosed):
		return e.Err.Error()
	}
	if _, ok := e.Err.(*ProtocolError); ok {
		return e.Err.Error()
	}
	return "qmp: connection lost: " + e.Err.Error()
}

// Unwrap returns e.Err.
func (e *DisconnectError) Unwrap() error { return e.Err }

// A ProtocolError reports that the other side sent something that is not QMP, or
// exceeds a limit. As the cause of a [*DisconnectError] it has ended the connection. As the
// error of one call, which names the command, it is about the reply to that call
// only, and the connection goes on.
type ProtocolError struct {
	Reason string
	Input  string // the start of what was received, if that helps
}

// Error returns the reason and the start of the input, quoted.
func (e *ProtocolError) Error() string {
	if e.Input == "" {
		return "qmp: " + e.Reason
	}
	return "qmp: " + e.Reason + ": " + strconv.Quote(e.Input)
}

// excerpt returns the start of b for an error message, at most 64 bytes.
func excerpt(b []byte) string {
	const limit = 64
	if len(b) > limit {
		return string(b[:limit]) + "…"
	}
	return string(b)
}

// A LostError reports that events are missing: because they were not taken from a [Subscription] in
// time, or because the connection of a [Session] was lost and is a new one. The events that follow
// are delivered all the same, unless the queue was full and the policy is [EndOnOverflow].
type LostError struct {
	// Count is how many events were lost since the last one that was delivered because the
	// queue was full; at least 1 unless Reconnected is set.
	Count uint64

	// Reconnected reports that a [Session] has a new connection. How many events the
	// server had while there was none is not known, nor whether it is the same server: look
	// at the state again.
	Reconnected bool
}

// Error returns how many events were lost.
func (e *LostError) Error() string {
	if e.Reconnected {
		return "qmp: events may be missing: the connection was lost and is a new one"
	}
	if e.Count == 1 {
		return "qmp: 1 event was lost: the subscription's queue was full"
	}
	return "qmp: " + strconv.FormatUint(e.Count, 10) + " events were lost: the subscription's queue was full"
}

// wrap returns err with what was being done in front of its text. Package fmt
// would do the same, and take up a hundred kilobytes in each client.
//
//go:noinline
func wrap(doing string, err error) error { return &wrapped{doing: doing, err: err} }

type wrapped struct {
	doing   string
	err     error
	command string // that it is about, if any
}

func (e *wrapped) Error() string { return e.doing + ": " + strings.TrimPrefix(e.err.Error(), "qmp: ") }

func (e *wrapped) Unwrap() error { return e.err }
