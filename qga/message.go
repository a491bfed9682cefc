package qga

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A messageKind is a kind of input from an agent.
type messageKind uint8

const (
	malformedMessage  messageKind = iota // not a reply
	returnMessage                        // a reply with a result
	errorMessage                         // a reply with an error
	greetingMessage                      // of a QMP monitor
	sentinelMessage                      // the byte 0xFF
	incompleteMessage                    // an object whose line has ended
)

// A message is an object or other input from an agent.
type message struct {
	kind   messageKind
	number uint64 // among all messages of the client
	text   []byte // a copy; nil for a sentinel and an incomplete message
	result []byte // the value of "return"
	id     string // as JSON; empty if absent
	reason string // why a malformed message cannot be parsed
}

// parseMessage parses an object as far as is needed to find its request.
func parseMessage(text []byte) message {
	var raw struct {
		Return json.RawMessage `json:"return,omitzero"`
		Error  json.RawMessage `json:"error,omitzero"`
		ID     json.RawMessage `json:"id,omitzero"`
		QMP    json.RawMessage `json:"QMP,omitzero"`
	}
	m := message{text: bytes.Clone(text)}
	if err := wire.Decode(m.text, &raw, wire.Tolerant); err != nil {
		m.reason = err.Error()
		return m
	}
	m.id = string(raw.ID)
	switch {
	case raw.Error != nil:
		m.kind = errorMessage
	case raw.Return != nil:
		m.kind, m.result = returnMessage, raw.Return
	case raw.QMP != nil:
		m.kind = greetingMessage
	default:
		m.reason = "it has neither a return nor an error"
	}
	return m
}

// isReply reports whether the message is a valid reply.
func (m *message) isReply() bool { return m.kind == returnMessage || m.kind == errorMessage }

// returns reports whether the message is the reply to a synchronization with a number from first
// to last.
func (m *message) returns(first, last uint64) bool {
	n, err := strconv.ParseUint(string(m.result), 10, 64)
	return m.kind == returnMessage && err == nil && first <= n && n <= last
}

// problem returns the error of a command whose only possible reply is this message.
func (m *message) problem() error {
	e := &qmp.ProtocolError{Input: string(excerpt(m.text))}
	switch m.kind {
	case errorMessage:
		return qmp.DecodeReply(m.text, nil)
	case returnMessage:
		e.Reason = "the agent sent a reply without the id of the command"
	case incompleteMessage:
		e.Reason = "the agent sent an incomplete reply"
	case greetingMessage:
		e.Reason = "a QMP monitor greets in place of the agent"
	default:
		e.Reason = "the agent sent a reply that cannot be read: " + m.reason
	}
	return e
}

// maxExcerpt is how much of a message an error shows, in bytes.
const maxExcerpt = 200

// excerpt returns the start of a message, for an error.
func excerpt(text []byte) []byte {
	if len(text) <= maxExcerpt {
		return text
	}
	return append(bytes.Clone(text[:maxExcerpt]), "…"...)
}

func appendID(buf []byte, id uint64) []byte { return strconv.AppendUint(buf, id, 10) }
