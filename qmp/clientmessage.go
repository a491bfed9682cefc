package qmp

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/qapi-go/qapi-go/internal/framing"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// DefaultMaxMessage is the default limit on the size of a message, in bytes. It is also the limit
// of what QEMU accepts.
const DefaultMaxMessage = 64 << 20

// Sizes of buffers, in bytes.
const (
	firstBuffer = framing.FirstBuffer
	keepBuffer  = framing.KeepBuffer
)

// A message is a greeting, a reply or an event. The slices are parts of the text that it was
// parsed from, and nil where a member is absent.
type message struct {
	greeting []byte // the value of "QMP"
	result   []byte // the value of "return"
	failure  []byte // the value of "error"
	event    []byte // the value of "event", without the quotes
	data     []byte
	time     []byte
	id       uint64
	hasID    bool // there is an "id" member
	ownID    bool // … with a value that this client could have sent
}

// parse parses a text that starts with a brace. Unknown members are skipped: newer servers may
// have more.
func (m *message) parse(text []byte) error {
	*m = message{}
	if text[len(text)-1] != '}' {
		return cannotRead(errCutOff, text)
	}
	for i := 1; ; {
		if i = skipSpace(text, i); text[i] == '}' && i == len(text)-1 {
			return nil
		}
		name, value, next, err := parseMember(text, i)
		if err == nil {
			err = m.set(name, value)
		}
		if err != nil {
			return cannotRead(err, text)
		}
		i = next
	}
}

var errCutOff = errors.New("it is cut off")

// cannotRead returns the error for a message that cannot be parsed.
//
//go:noinline
func cannotRead(err error, text []byte) error {
	return protocolError("a message cannot be read: "+err.Error(), text)
}

// protocolError returns the error for a text that is not as expected.
//
//go:noinline
func protocolError(reason string, text []byte) error {
	return &ProtocolError{Reason: reason, Input: excerpt(text)}
}

// answers reports whether m has the id of a call.
func (m *message) answers(id uint64) bool { return m.ownID && m.id == id }

// salvage sets what a message that cannot be parsed still shows by its structure: its id, and
// whether it has an error or an event, whose values are not set. intact reports whether the
// brackets match, so that the message ends where the text does.
func (m *message) salvage(text []byte) (intact bool) {
	var open []byte // brackets
	start := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{', '[':
			open = append(open, text[i])
		case '}', ']':
			last := len(open) - 1
			if last < 0 || open[last]+2 != text[i] { // ] and } are two after [ and {
				return false
			}
			open = open[:last]
		case '"':
			start = i
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			if i >= len(text) {
				return false
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
	return len(open) == 0
}

// endsID reports whether a byte can follow an id that is a number.
func endsID(c byte) bool { return c == ',' || c == '}' || isSpace(c) }

var errMalformed = errors.New("malformed object")

// parseMember parses the member at text[i] and the comma after it. The last byte of text is the
// closing brace, which stops all scanning.
func parseMember(text []byte, i int) (name, value []byte, next int, err error) {
	name, i, err = parseName(text, i)
	if err != nil {
		return nil, nil, 0, err
	}
	if i = skipSpace(text, i); text[i] != ':' {
		return nil, nil, 0, errMalformed
	}
	i = skipSpace(text, i+1)
	end, err := wire.Skip(text, i, wire.Tolerant)
	if err != nil {
		return nil, nil, 0, err
	}
	if end == len(text) {
		return nil, nil, 0, errMalformed // the closing brace was part of the value
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

// parseName parses the name at text[i]. next is the index after its closing quote.
func parseName(text []byte, i int) (name []byte, next int, err error) {
	if text[i] != '"' {
		return nil, 0, errMalformed
	}
	end := i + 1
	for c := text[end]; 'a' <= c|0x20 && c|0x20 <= 'z'; c = text[end] {
		end++ // all that this client knows are letters
	}
	if text[end] == '"' {
		return text[i+1 : end], end + 1, nil
	}
	if next, err = wire.Skip(text, i, wire.Tolerant); err != nil {
		return nil, 0, err
	}
	name, err = unquote(text[i:next])
	return name, next, err
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

// parseTimestamp parses the time of an event, with a fast path for the layout that QEMU prints.
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

// parseDigits parses an unsigned number of at most 18 digits and without leading zeros at the
// start of text. n is the number of digits, 0 if there is no such number.
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

// unquote decodes a JSON string.
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

// skipSpace returns the index of the first byte from text[i] on that is not white space, or else
// that of the last byte.
func skipSpace(text []byte, i int) int {
	for i < len(text)-1 && isSpace(text[i]) {
		i++
	}
	return min(i, len(text)-1)
}

// parseID parses an id as this client writes it, a decimal number.
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

// parseFailure parses the value of "error".
func parseFailure(text []byte) error {
	e := new(Error)
	if err := wire.Decode(text, e, wire.Tolerant); err != nil {
		return protocolError("an error reply cannot be read: "+err.Error(), text)
	}
	return e
}

// A Greeting is the first message of a server.
type Greeting struct {
	Version      Version
	Capabilities []string // those that can be negotiated, such as "oob"; none before QEMU 2.12
}

// A Version is a version of QEMU.
type Version struct {
	Major, Minor, Micro int
	Package             string // of the distribution, such as "Debian 1:10.0.2+ds-2"; often empty
}

// String returns the numbers, such as "10.0.2".
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
		return nil, protocolError("the greeting cannot be read: "+err.Error(), text)
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
