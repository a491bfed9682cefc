package qmp

import (
	"slices"
	"unicode/utf8"

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
	buf, err := wire.Append(buf, &raw, wire.Tolerant)
	if err != nil {
		return nil, err
	}
	return ascii(append(buf, "\r\n"...)), nil
}

// versionOf returns a version as it is on the wire.
func versionOf(v Version) versionJSON {
	return versionJSON{QEMU: qemuJSON{Micro: v.Micro, Minor: v.Minor, Major: v.Major}, Package: v.Package}
}

// appendReply appends the reply with a result, or with an error if that is not
// nil, to a command with an id. end is the end of the line.
func appendReply(buf, result []byte, err error, id []byte, end string) []byte {
	if err != nil {
		buf = append(buf, `{"error": `...)
		buf, _ = wire.Append(buf, failure(err), wire.Tolerant) // never fails on UTF-8
	} else {
		buf = append(buf, `{"return": `...)
		buf = append(buf, result...)
	}
	if id != nil {
		buf = append(buf, `, "id": `...)
		buf = append(buf, id...)
	}
	return ascii(append(append(buf, '}'), end...))
}

// ascii returns JSON with the characters that are not ASCII escaped, as QEMU
// sends it.
func ascii(text []byte) []byte {
	if !slices.ContainsFunc(text, func(c byte) bool { return c >= utf8.RuneSelf }) {
		return text
	}
	const hex = "0123456789ABCDEF"
	escape := func(out []byte, unit rune) []byte {
		return append(out, '\\', 'u', hex[unit>>12&15], hex[unit>>8&15], hex[unit>>4&15], hex[unit&15])
	}
	out := make([]byte, 0, len(text)+len(text)/2)
	for _, r := range string(text) {
		switch {
		case r < utf8.RuneSelf:
			out = append(out, byte(r))
		case r > 0xFFFF:
			r -= 0x10000
			out = escape(escape(out, 0xD800|r>>10), 0xDC00|r&0x3FF)
		default:
			out = escape(out, r)
		}
	}
	return out
}
