package qmp

import (
	"encoding/json"
	"errors"
)

// A message is what a server sends: a greeting, a reply or an event. The slices
// are parts of the text that it was read from.
type message struct {
	greeting []byte // the value of "QMP"
	result   []byte // the value of "return"
	failure  []byte // the value of "error"
	event    string
	data     []byte // of the event; nil if there is none
	time     Timestamp
	id       uint64
	hasID    bool // there is an "id" member
	ownID    bool // … and it is one that this client could have sent
}

// parseMessage reads one message. Members it does not know are left out: newer
// servers may have more.
func parseMessage(text []byte) (message, error) {
	var raw struct {
		QMP       json.RawMessage `json:"QMP"`
		Return    json.RawMessage `json:"return"`
		Error     json.RawMessage `json:"error"`
		ID        json.RawMessage `json:"id"`
		Event     *string         `json:"event"`
		Data      json.RawMessage `json:"data"`
		Timestamp Timestamp       `json:"timestamp"`
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return message{}, &ProtocolError{Reason: "a message cannot be read: " + err.Error(), Input: excerpt(text)}
	}
	m := message{greeting: raw.QMP, result: raw.Return, failure: raw.Error, data: raw.Data, time: raw.Timestamp}
	if raw.Event != nil {
		m.event = *raw.Event
	}
	if raw.ID != nil {
		m.hasID = true
		m.id, m.ownID = parseID(raw.ID)
	}
	return m, nil
}

// parseID reads an id as this client writes them, a decimal number.
func parseID(text []byte) (id uint64, ok bool) {
	if len(text) == 0 || len(text) > 19 {
		return 0, false
	}
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		id = id*10 + uint64(c-'0')
	}
	return id, true
}

// parseFailure reads the value of "error".
func parseFailure(text []byte) error {
	e := new(Error)
	if err := json.Unmarshal(text, e); err != nil {
		return &ProtocolError{Reason: "an error reply cannot be read: " + err.Error(), Input: excerpt(text)}
	}
	return e
}

// A Greeting is what a server says of itself when a client connects.
type Greeting struct {
	Version      Version
	Capabilities []string // offered, such as "oob"; empty before QEMU 2.12
}

// A Version is that of a QEMU, with the package it comes from.
type Version struct {
	Major, Minor, Micro int
	Package             string // such as "Debian 1:10.0.2+ds-2"; often empty
}

// Has reports whether the server offers a capability.
func (g *Greeting) Has(capability string) bool {
	for _, c := range g.Capabilities {
		if c == capability {
			return true
		}
	}
	return false
}

// greetingJSON is the value of "QMP" on the wire.
type greetingJSON struct {
	Version struct {
		QEMU struct {
			Micro int `json:"micro"`
			Minor int `json:"minor"`
			Major int `json:"major"`
		} `json:"qemu"`
		Package string `json:"package"`
	} `json:"version"`
	Capabilities []json.RawMessage `json:"capabilities"`
}

func parseGreeting(text []byte) (*Greeting, error) {
	var raw greetingJSON
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, &ProtocolError{Reason: "the greeting cannot be read: " + err.Error(), Input: excerpt(text)}
	}
	g := &Greeting{Version: Version{
		Major: raw.Version.QEMU.Major, Minor: raw.Version.QEMU.Minor, Micro: raw.Version.QEMU.Micro,
		Package: raw.Version.Package,
	}}
	for _, c := range raw.Capabilities {
		var name string
		// The specification lets a capability be any value and asks clients
		// to ignore those they do not understand.
		if json.Unmarshal(c, &name) == nil {
			g.Capabilities = append(g.Capabilities, name)
		}
	}
	return g, nil
}

var errNotObject = errors.New("the arguments of a command must be a JSON object")
