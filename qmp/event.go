package qmp

import (
	"encoding/json"
	"time"
)

// An Event is a pointer to a generated event type, or an [*UnknownEvent]. Each is a struct with a
// field Timestamp, of type [Timestamp], which is set when an event is received.
type Event interface {
	// EventName returns the name on the wire, such as "SHUTDOWN".
	EventName() string
	// EventTime returns when the event happened, by the server's clock.
	EventTime() Timestamp
}

// A Timestamp is the time of an event, by the server's clock, since the Unix epoch. Both fields
// are -1 if the server could not read its clock.
type Timestamp struct {
	Seconds      int64 `json:"seconds"`
	Microseconds int64 `json:"microseconds"`
}

// Time returns t as a time in UTC, or the zero time if it is not known.
func (t Timestamp) Time() time.Time {
	if t.Seconds < 0 {
		return time.Time{}
	}
	return time.Unix(t.Seconds, t.Microseconds*1000).UTC()
}

// An UnknownEvent is an event that has not been decoded, since the program has no type for it or
// has subscribed to undecoded events.
type UnknownEvent struct {
	Name      string
	Data      json.RawMessage // as received; nil if the event has none
	Timestamp Timestamp
}

// EventName returns e.Name.
func (e *UnknownEvent) EventName() string { return e.Name }

// EventTime returns e.Timestamp.
func (e *UnknownEvent) EventTime() Timestamp { return e.Timestamp }
