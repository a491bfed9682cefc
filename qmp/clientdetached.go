package qmp

import (
	"encoding/json"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// AppendRequest appends a command as a JSON object, without an id. With [DecodeReply] it lets a
// program with a transport of its own, such as libvirt's virDomainQemuMonitorCommand and
// virDomainQemuAgentCommand, make a [CallerFunc] for generated clients.
//
// It ignores the fields Result, NoReply and Files.
func AppendRequest(buf []byte, req *Request) ([]byte, error) {
	out, err := appendRequest(buf, req)
	if err != nil {
		return buf, callError(req, err)
	}
	return append(out, '}'), nil
}

// DecodeReply decodes the result in a reply, a JSON object, into the value that result points to,
// or drops it if result is nil. The error is an [*Error] for an error reply, and a
// [*ProtocolError] for anything that is not a reply.
func DecodeReply(text []byte, result any) error {
	var reply struct {
		Return json.RawMessage `json:"return,omitzero"`
		Error  *Error          `json:"error,omitzero"`
	}
	if err := wire.Decode(text, &reply, wire.Tolerant); err != nil {
		return protocolError("a reply cannot be read: "+err.Error(), text)
	}
	switch {
	case reply.Error != nil:
		return reply.Error
	case reply.Return == nil:
		return protocolError("the message is not a reply", text)
	case result == nil:
		return nil
	}
	return wire.Decode(reply.Return, result, wire.Tolerant)
}
