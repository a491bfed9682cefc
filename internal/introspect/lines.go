package introspect

import (
	"bytes"
	"encoding/json"

	"github.com/qapi-go/qapi-go/ir"
)

// Lines returns what [Write] writes without blanks, an entry a line.
func Lines(s *ir.Schema) (string, error) {
	var pretty bytes.Buffer
	if err := Write(&pretty, s); err != nil {
		return "", err
	}
	var entries []json.RawMessage
	if err := json.Unmarshal(pretty.Bytes(), &entries); err != nil {
		return "", err
	}
	out := bytes.NewBufferString("[")
	for i, entry := range entries {
		if i > 0 {
			out.WriteString(",\n")
		}
		if err := json.Compact(out, entry); err != nil {
			return "", err
		}
	}
	out.WriteString("]")
	return out.String(), nil
}
