package ir

import "strings"

// An Event is an event definition.
type Event struct {
	Info

	// Arg is the type of the event's data, as in [Command].
	Arg Type

	Boxed bool
}

// Kind returns "event".
func (*Event) Kind() string { return "event" }

// RateLimited reports whether the documentation says that QEMU rate-limits the event. It
// considers only the text on the event itself, not on its members.
func (e *Event) RateLimited() bool {
	if e.Doc == nil {
		return false
	}
	for _, s := range e.Doc.Sections {
		switch s.Kind {
		case SectionBody, SectionNote, SectionPlain:
			if strings.Contains(strings.ToLower(s.Text), "rate-limited") {
				return true
			}
		}
	}
	return false
}
