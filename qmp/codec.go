package qmp

import (
	"bytes"
	"encoding/json"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// appendArgs appends the arguments of a command, or nothing if there are none.
// prefix comes before them.
func appendArgs(buf []byte, prefix string, args any) ([]byte, error) {
	if args == nil {
		return buf, nil
	}
	mark := len(buf)
	buf = append(buf, prefix...)
	from := len(buf)
	buf, err := appendValue(buf, args)
	if err != nil {
		return nil, err
	}
	switch text := buf[from:]; {
	case len(text) == 0 || string(text) == "null": // a nil map, pointer or raw message
		return buf[:mark], nil
	case text[0] != '{':
		return nil, errNotObject
	}
	return buf, nil
}

func appendValue(buf []byte, v any) ([]byte, error) {
	if raw, ok := v.(json.RawMessage); ok && len(raw) == 0 {
		return buf, nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return append(buf, text...), nil
}

// decodeValue decodes a value into what v points to. It does not keep data.
func decodeValue(data []byte, v any, mode wire.Mode) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if mode == wire.Strict {
		d.DisallowUnknownFields()
	}
	return d.Decode(v)
}
