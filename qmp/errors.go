package qmp

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// ErrClosed is the cause in the [DisconnectError] of a connection that the program closed itself,
// and the error of [Server.Serve] and [Server.ServeConn] after [Server.Close] or
// [Server.Shutdown].
var ErrClosed = errors.New("qmp: connection closed by this program")

// ErrSubscriptionClosed is the error of a [Subscription] after its Close or its end by
// [EndOnOverflow].
var ErrSubscriptionClosed = errors.New("qmp: subscription closed")

// ErrNoOOB is the error of a call with [Request.OOB] over a connection that has not negotiated
// out-of-band execution: see [WithOOB].
var ErrNoOOB = errors.New("qmp: out-of-band execution was not negotiated")

// A DisconnectError reports why a connection ended. It is the error of all pending and later
// calls, and of each subscription after its last event.
type DisconnectError struct {
	// Err is the cause: io.EOF if the server closed the connection between two
	// messages, as QEMU does when it quits; [ErrClosed]; a [*ProtocolError]; or
	// an error of the connection.
	Err error
}

// Error returns the text of the cause.
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
	return wrap("qmp: connection lost", e.Err).Error()
}

// Unwrap returns e.Err.
func (e *DisconnectError) Unwrap() error { return e.Err }

// A ProtocolError reports input that is not QMP or exceeds a limit. As the cause of a
// [*DisconnectError] it has ended the connection. As the error of a single call it concerns the
// reply to that call, and the connection stays usable.
type ProtocolError struct {
	Reason string
	Input  string // the start of the input, or empty
}

// Error returns the reason and the start of the input, quoted.
func (e *ProtocolError) Error() string {
	if e.Input == "" {
		return "qmp: " + e.Reason
	}
	return "qmp: " + e.Reason + ": " + strconv.Quote(e.Input)
}

// excerpt returns at most 64 bytes of the start of b, for an error message.
//
//go:noinline
func excerpt(b []byte) string {
	const limit = 64
	if len(b) > limit {
		return string(b[:limit]) + "…"
	}
	return string(b)
}

// A LostError reports that events are missing at this place of a [Subscription], because its queue
// was full, or because the [Session] has reconnected. Later events are still delivered, except
// after an overflow with the policy [EndOnOverflow].
type LostError struct {
	// Count is the number of events that the full queue has dropped since the last event that
	// was delivered. It is at least 1 unless Reconnected is set.
	Count uint64

	// Reconnected reports that the [Session] has a new connection. It is not known how many
	// events were missed, nor whether the server is the same: query its state again.
	Reconnected bool
}

// Error returns the cause, and the number of events if it is known.
func (e *LostError) Error() string {
	if e.Reconnected {
		return "qmp: events may be missing: the connection was lost and made again"
	}
	if e.Count == 1 {
		return "qmp: 1 event was lost: the subscription's queue was full"
	}
	return "qmp: " + strconv.FormatUint(e.Count, 10) + " events were lost: the subscription's queue was full"
}

// wrap returns err with what was being done in front of its text. Package fmt could do that, but
// would add a hundred kilobytes to each client.
//
//go:noinline
func wrap(doing string, err error) error { return &wrapped{doing: doing, err: err} }

type wrapped struct {
	doing   string
	err     error
	command string // that the error concerns, or empty
}

func (e *wrapped) Error() string { return e.doing + ": " + strings.TrimPrefix(e.err.Error(), "qmp: ") }

func (e *wrapped) Unwrap() error { return e.err }
