package qmp

import (
	"errors"

	"github.com/qapi-go/qapi-go/qmp/internal/qobject"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// appendGreeting appends the greeting of a server.
func appendGreeting(buf []byte, g *Greeting) ([]byte, error) {
	var raw struct {
		QMP struct {
			Version      versionJSON `json:"version"`
			Capabilities []string    `json:"capabilities"`
		} `json:"QMP"`
	}
	raw.QMP.Version = versionOf(g.Version)
	raw.QMP.Capabilities = g.Capabilities
	text, err := wire.Append(nil, &raw, wire.Tolerant)
	if err != nil {
		return nil, err
	}
	return append(qobject.Append(buf, text), "\r\n"...), nil
}

// versionOf returns the JSON form of a version.
func versionOf(v Version) versionJSON {
	return versionJSON{QEMU: qemuJSON{Micro: v.Micro, Minor: v.Minor, Major: v.Major}, Package: v.Package}
}

// appendReply appends a reply with an error, or with a result if err is nil. id is the id of the
// request as QEMU prints it, nil for none, and end is the end of the line. The members are in
// QEMU's order.
func appendReply(buf, result []byte, err error, id []byte, end string) []byte {
	if err != nil {
		if id != nil {
			buf = append(append(append(buf, `{"id": `...), id...), `, "error": `...)
		} else {
			buf = append(buf, `{"error": `...)
		}
		e := failure(err)
		buf = qobject.AppendString(append(buf, `{"class": `...), e.Class)
		buf = qobject.AppendString(append(buf, `, "desc": `...), e.Desc)
		return append(append(buf, "}}"...), end...)
	}
	buf = qobject.Append(append(buf, `{"return": `...), result)
	if id != nil {
		buf = append(append(buf, `, "id": `...), id...)
	}
	return append(append(buf, '}'), end...)
}

// failure returns the error reply for an error of a handler.
func failure(err error) *Error {
	reply := &Error{Class: ClassGenericError, Desc: err.Error()}
	var e *Error
	if errors.As(err, &e) {
		reply.Desc = e.Desc
		if e.Class != "" {
			reply.Class = e.Class
		}
	}
	return reply
}
