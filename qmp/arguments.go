package qmp

import (
	"encoding/json"
	"errors"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

var errNotObject = errors.New("the arguments of a command must be a JSON object")

// appendArgs appends prefix and the arguments of a command, or nothing if there are none.
func appendArgs(buf []byte, prefix string, args any, mode wire.Mode) ([]byte, error) {
	if args == nil {
		return buf, nil
	}
	if raw, ok := args.(json.RawMessage); ok && len(raw) == 0 {
		return buf, nil
	}
	mark := len(buf)
	buf = append(buf, prefix...)
	start := len(buf)
	buf, err := wire.Append(buf, args, mode)
	if err != nil {
		return nil, err
	}
	switch text := buf[start:]; {
	case string(text) == "null": // a nil map
		return buf[:mark], nil
	case text[0] != '{':
		return nil, errNotObject
	}
	oneLine(buf[start:])
	return buf, nil
}

// oneLine replaces line ends in JSON by blanks: raw JSON of the program may have them, and servers
// may read line by line.
func oneLine(text []byte) {
	for i, c := range text {
		if c == '\n' || c == '\r' {
			text[i] = ' '
		}
	}
}
