package introspect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// Releases returns a table of the answers to query-qmp-schema of up to 64 releases, oldest first.
// The first line has the names of the releases. Each other line has a set of releases and an entry
// that these have: a hexadecimal number whose bit 0 stands for the oldest release, a space and the
// entry. A type has the same number in all releases, so that an unchanged entry occurs once.
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
