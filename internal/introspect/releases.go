package introspect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// Releases returns a table of what query-qmp-schema returns in each of up to 64
// releases, oldest first: a line with their names, and a line for each entry that
// any of them has, after the releases that have it: a number in base 16 whose bit 0
// stands for the oldest. Types have one number in all releases, so that what did
// not change is there once.
func Releases(names []string, schemas []*ir.Schema) (string, error) {
	if len(names) != len(schemas) || len(names) > 64 {
		return "", fmt.Errorf("introspect: %d names and %d schemas of releases", len(names), len(schemas))
	}
	numbers := make(map[string]string)
	in := make(map[string]uint64)
	var entries []string
	for i := len(schemas) - 1; i >= 0; i-- {
		for _, info := range infosOf(schemas[i], numbers) {
			var b bytes.Buffer
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(info); err != nil {
				return "", err
			}
			entry := strings.TrimSpace(b.String())
			if in[entry] == 0 {
				entries = append(entries, entry)
			}
			in[entry] |= 1 << i
		}
	}
	var b strings.Builder
	b.WriteString(strings.Join(names, " ") + "\n")
	for _, entry := range entries {
		fmt.Fprintf(&b, "%x %s\n", in[entry], entry)
	}
	return b.String(), nil
}
