package qmp

import (
	"slices"

	"github.com/qapi-go/qapi-go/qmp/internal/qobject"
)

const (
	commandCapabilities = "qmp_capabilities"
	capabilityOOB       = "oob"
)

// A request is a command from a client, or an error in place of one.
type request struct {
	command string
	oob     bool   // out of band
	args    []byte // nil if there are none
	id      []byte // as QEMU prints it; nil if there is none
	err     *Error
	files   *receivedFiles // nil if there are none

	// after is closed when the earlier out-of-band requests are answered; nil if
	// there are none. answered is closed when this request is answered; nil if
	// nobody waits for that.
	after    <-chan struct{}
	answered chan struct{}
}

// parseRequest parses and checks a command, with the error texts of QEMU's qmp-dispatch.c and in
// its order, that of the hashes of the members' names. allowOOB says if the client may use
// "exec-oob". The request does not refer to the message.
func parseRequest(m *inputMessage, allowOOB bool) (req request) {
	if !m.object {
		return request{err: &Error{ClassGenericError, "QMP input must be a JSON object"}}
	}
	members := sorted(m)
	execute, execOOB := false, false
	for _, member := range members {
		switch string(m.part(member.name)) {
		case `"id"`:
			value := m.part(member.value)
			req.id = qobject.AppendRead(make([]byte, 0, len(value)+len(value)/4), value)
		case `"execute"`:
			execute = true
		case `"exec-oob"`:
			execOOB = true
		}
	}
	req.oob = execOOB && !execute
	refuse := func(why string) request {
		req.err = &Error{ClassGenericError, "QMP input " + why}
		return req
	}
	verb := ""
	for _, member := range members {
		value := m.part(member.value)
		switch name := string(m.part(member.name)); {
		case name == `"execute"` || name == `"exec-oob"` && allowOOB:
			name = name[1 : len(name)-1]
			switch {
			case value[0] != '"':
				return refuse("member '" + name + "' must be a string")
			case verb != "":
				return refuse("member '" + name + "' clashes with '" + verb + "'")
			}
			verb = name
			req.command = qobject.Unquote(value)
		case name == `"arguments"`:
			if value[0] != '{' {
				return refuse("member 'arguments' must be an object")
			}
			req.args = slices.Clone(value)
		case name != `"id"`:
			return refuse("member '" + qobject.Unquote([]byte(name)) + "' is unexpected")
		}
	}
	if verb == "" {
		return refuse("lacks member 'execute'")
	}
	return req
}

// sorted returns the members of a message in the order of QEMU's dictionaries.
func sorted(m *inputMessage) []inputMember {
	members := m.members
	var room [8]uint32
	buckets := room[:0]
	for k, member := range members {
		name := m.part(member.name)
		bucket := qobject.BucketOf(name)
		buckets = append(buckets, bucket)
		at := k
		for ; at > 0 && buckets[at-1] >= bucket; at-- {
			buckets[at], members[at] = buckets[at-1], members[at-1]
		}
		buckets[at], members[at] = bucket, member
	}
	return members
}
