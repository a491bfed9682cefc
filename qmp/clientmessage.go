package qmp

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/qapi-go/qapi-go/internal/framing"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// DefaultMaxMessage is the limit on the size of one message, in bytes, unless
// an option sets another. QEMU has the same limit for what it reads.
const DefaultMaxMessage = 64 << 20

// Sizes of buffers, in bytes.
const (
	firstBuffer = framing.FirstBuffer
	keepBuffer  = framing.KeepBuffer
)

// A message is what a server sends: a greeting, a reply or an event. The slices
// are parts of the text that it was read from, and nil where a member is absent.
type message struct {
	greeting []byte // the value of "QMP"
	result   []byte // the value of "return"
	failure  []byte // the value of "error"
	event    []byte // the value of "event", without the quotes
	data     []byte
	time     []byte
	id       uint64
	hasID    bool // there is an "id" member
	ownID    bool // … and it is one that this client could have sent
}

// parse reads a text that starts and ends with a brace into m, if it is one
// message. Members it does not know are left out: newer servers may have more.
func (m *message) parse(text []byte) error {
	*m = message{}
	for i := 1; ; {
		if i = skipSpace(text, i); text[i] == '}' && i == len(text)-1 {
			return nil
		}
		name, value, next, err := parseMember(text, i)
		if err == nil {
			err = m.set(name, value)
		}
		if err != nil {
			return &ProtocolError{Reason: "a message cannot be read: " + err.Error(), Input: excerpt(text)}
		}
		i = next
	}
}

// answers reports whether m has the id of a call.
func (m *message) answers(id uint64) bool { return m.ownID && m.id == id }

// salvage returns of a message that cannot be read what shows whom it concerns: the members id
// and error, by the structure of the text alone. Only that there is an error or an event is
// noted. intact reports whether each bracket has its like, so that the end of the text is that
// of the message.
func salvage(text []byte) (m message, intact bool) {
	var open []byte // brackets
	start := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{', '[':
			open = append(open, text[i])
		case '}', ']':
			last := len(open) - 1
			if last < 0 || open[last]+2 != text[i] { // ] and } are two after [ and {
				return m, false
			}
			open = open[:last]
		case '"':
			start = i
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			colon := skipSpace(text, min(i+1, len(text)-1))
			if len(open) != 1 || text[colon] != ':' {
				continue
			}
			switch string(text[start : i+1]) {
			case `"event"`:
				m.event = text[start:i]
			case `"error"`:
				m.failure = text[start:i]
			case `"id"`:
				value := text[skipSpace(text, colon+1):]
				end := 0
				for end < len(value) && !endsID(value[end]) {
					end++
				}
				if end < len(value) {
					m.hasID = true
					m.id, m.ownID = parseID(value[:end])
				}
			}
		}
	}
	return m, len(open) == 0
}

// endsID reports whether a byte is the one after an id that is a number.
func endsID(c byte) bool { return c == ',' || c == '}' || isSpace(c) }

// isEvent reports whether a message that cannot be read looks like an event.
func isEvent(text []byte) bool {
	m, intact := salvage(text)
	return intact && m.event != nil
}

var errMalformed = errors.New("malformed object")

// parseMember reads the member at text[i] and the comma after it. The last byte
// of text is a brace that no member has.
func parseMember(text []byte, i int) (name, value []byte, next int, err error) {
	if text[i] != '"' {
		return nil, nil, 0, errMalformed
	}
	end, err := wire.Skip(text, i, wire.Tolerant)
	if err != nil {
		return nil, nil, 0, err
	}
	if name, err = unquote(text[i:end]); err != nil {
		return nil, nil, 0, err
	}
	i = skipSpace(text, end)
	if text[i] != ':' {
		return nil, nil, 0, errMalformed
	}
	i = skipSpace(text, i+1)
	if end, err = wire.Skip(text, i, wire.Tolerant); err != nil {
		return nil, nil, 0, err
	}
	if end == len(text) {
		return nil, nil, 0, errMalformed // the brace was the value's
	}
	value = text[i:end]
	switch i = skipSpace(text, end); {
	case text[i] == '}' && i == len(text)-1:
		return name, value, i, nil
	case text[i] != ',':
		return nil, nil, 0, errMalformed
	}
	if i = skipSpace(text, i+1); text[i] == '}' {
		return nil, nil, 0, errMalformed
	}
	return name, value, i, nil
}

// set stores a member.
func (m *message) set(name, value []byte) (err error) {
	switch string(name) {
	case "QMP":
		m.greeting = value
	case "return":
		m.result = value
	case "error":
		m.failure = value
	case "event":
		m.event, err = unquote(value)
	case "data":
		m.data = value
	case "timestamp":
		m.time = value
	case "id":
		m.hasID = true
		m.id, m.ownID = parseID(value)
	}
	return err
}

// parseTimestamp reads the time of an event, quickly if it looks as QEMU writes
// it.
func parseTimestamp(text []byte) (Timestamp, error) {
	const first, second = `{"seconds": `, `, "microseconds": `
	if rest, ok := bytes.CutPrefix(text, []byte(first)); ok {
		seconds, n := parseDigits(rest)
		if rest, ok = bytes.CutPrefix(rest[n:], []byte(second)); ok && n > 0 {
			if micros, m := parseDigits(rest); m > 0 && string(rest[m:]) == "}" {
				return Timestamp{seconds, micros}, nil
			}
		}
	}
	t := new(Timestamp)
	err := wire.Decode(text, t, wire.Tolerant)
	return *t, err
}

// parseDigits reads a number without sign at the start of text, of as many
// digits as always fit and without a zero in front. n is how many there are.
func parseDigits(text []byte) (number int64, n int) {
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		number = number*10 + int64(text[n]-'0')
		n++
	}
	if n > 18 || n > 1 && text[0] == '0' {
		return 0, 0
	}
	return number, n
}

// unquote returns what a JSON string stands for.
func unquote(text []byte) ([]byte, error) {
	if text[0] == '"' && bytes.IndexByte(text, '\\') < 0 {
		return text[1 : len(text)-1], nil
	}
	var s string
	if err := wire.Decode(text, &s, wire.Tolerant); err != nil {
		return nil, err
	}
	return []byte(s), nil
}

// isSpace reports whether c is white space in JSON.
func isSpace(c byte) bool { return framing.IsSpace(c) }

// skipSpace returns the index of the first byte from text[i] on that is not
// white space, and that of the last byte at most.
func skipSpace(text []byte, i int) int {
	for i < len(text)-1 && isSpace(text[i]) {
		i++
	}
	return min(i, len(text)-1)
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
	if err := wire.Decode(text, e, wire.Tolerant); err != nil {
		return &ProtocolError{Reason: "an error reply cannot be read: " + err.Error(), Input: excerpt(text)}
	}
	return e
}

// A Greeting is the first message of a server, which describes it.
type Greeting struct {
	Version      Version
	Capabilities []string // offered, such as "oob"; empty before QEMU 2.12
}

// A Version is that of a QEMU, with the package it comes from.
type Version struct {
	Major, Minor, Micro int
	Package             string // such as "Debian 1:10.0.2+ds-2"; often empty
}

// String returns the numbers, as "10.0.2".
func (v Version) String() string {
	return strconv.Itoa(v.Major) + "." + strconv.Itoa(v.Minor) + "." + strconv.Itoa(v.Micro)
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
	Version      versionJSON       `json:"version"`
	Capabilities []json.RawMessage `json:"capabilities"`
}

type versionJSON struct {
	QEMU    qemuJSON `json:"qemu"`
	Package string   `json:"package"`
}

type qemuJSON struct {
	Major int `json:"major"`
	Minor int `json:"minor"`
	Micro int `json:"micro"`
}

func parseGreeting(text []byte) (*Greeting, error) {
	var raw greetingJSON
	if err := wire.Decode(text, &raw, wire.Tolerant); err != nil {
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
		if wire.Decode(c, &name, wire.Tolerant) == nil {
			g.Capabilities = append(g.Capabilities, name)
		}
	}
	return g, nil
}
