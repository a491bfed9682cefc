package qmp

import (
	"encoding/json"
	"time"
)

// An Event is an event of the protocol: a pointer to a generated type, or an
// [*UnknownEvent]. Those are structs with a field Timestamp of that type, which
// is set when one is received.
type Event interface {
	// EventName returns the name on the wire, such as "SHUTDOWN".
	EventName() string
	// EventTime returns when the event happened, by the server's clock.
	EventTime() Timestamp
}

// A Timestamp is when an event happened, by the server's clock. Both members
// are -1 if the server did not know.
type Timestamp struct {
	Seconds      int64 `json:"seconds"`
	Microseconds int64 `json:"microseconds"`
}

// Time returns t as a time in UTC, or the zero time if the server did not
// know.
func (t Timestamp) Time() time.Time {
	if t.Seconds < 0 {
		return time.Time{}
	}
	return time.Unix(t.Seconds, t.Microseconds*1000).UTC()
}

// An UnknownEvent is an event that the program does not know by name.
type UnknownEvent struct {
	Name      string
	Data      json.RawMessage // as received; nil if the event has none
	Timestamp Timestamp
}

// EventName returns e.Name.
func (e *UnknownEvent) EventName() string { return e.Name }

// EventTime returns e.Timestamp.
func (e *UnknownEvent) EventTime() Timestamp { return e.Timestamp }
