package introspect

import (
	"bytes"
	"encoding/json"

	"github.com/qapi-go/qapi-go/ir"
)

// Lines returns the output of [Write] in compact form, with one entry a line.
func Lines(s *ir.Schema) (string, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	sep := "["
	for _, info := range infosOf(s, nil) {
		out.WriteString(sep)
		if err := enc.Encode(&info); err != nil {
			return "", err
		}
		out.Truncate(out.Len() - len("\n"))
		sep = ",\n"
	}
	if out.Len() == 0 {
		out.WriteString(sep)
	}
	out.WriteString("]")
	return out.String(), nil
}
