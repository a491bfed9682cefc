package qmp

import (
	"encoding/json"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// AppendRequest appends a command as a JSON object, without an id. It is for
// programs with their own transport, such as libvirt's
// virDomainQemuMonitorCommand and virDomainQemuAgentCommand: with
// [DecodeReply] they make a [CallerFunc], which generated clients work with.
//
// The fields Result, NoReply and Files of the request are ignored.
func AppendRequest(buf []byte, req *Request) ([]byte, error) {
	out, err := appendRequest(buf, req)
	if err != nil {
		return buf, callError(req, err)
	}
	return append(out, '}'), nil
}

// DecodeReply decodes a reply of the server, a whole JSON object, into what
// result points to; nil drops it. An error reply is returned as an [*Error], and
// anything that is not a reply as a [*ProtocolError].
func DecodeReply(text []byte, result any) error {
	var reply struct {
		Return json.RawMessage `json:"return,omitzero"`
		Error  *Error          `json:"error,omitzero"`
	}
	if err := wire.Decode(text, &reply, wire.Tolerant); err != nil {
		return &ProtocolError{Reason: "a reply cannot be read: " + err.Error(), Input: excerpt(text)}
	}
	switch {
	case reply.Error != nil:
		return reply.Error
	case reply.Return == nil:
		return &ProtocolError{Reason: "the message is not a reply", Input: excerpt(text)}
	case result == nil:
		return nil
	}
	return wire.Decode(reply.Return, result, wire.Tolerant)
}
