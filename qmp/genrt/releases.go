package genrt

import (
	"errors"
	"strconv"
	"strings"

	"github.com/qapi-go/qapi-go/qmp"
)

// ReleaseFeatures returns the features of a release. The first line of table has the names of the
// releases, oldest first. Each other line has the set of releases with an entry of
// query-qmp-schema, as a hexadecimal number whose bit 0 is the oldest release, a blank, and the
// entry. release is the name of a release or the first numbers of it; if it matches several, the
// newest is used.
func ReleaseFeatures(table, release string) (*qmp.Features, error) {
	first, lines, _ := strings.Cut(table, "\n")
	names := strings.Fields(first)
	at := len(names) - 1
	for at >= 0 && names[at] != release && !strings.HasPrefix(names[at], release+".") {
		at--
	}
	if at < 0 {
		return nil, errors.New("no release " + strconv.Quote(release) + ": the package is for " + strings.Join(names, ", "))
	}
	schema := []byte{'['}
	for line := range strings.Lines(lines) {
		mask, entry, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		in, err := strconv.ParseUint(mask, 16, 64)
		if err != nil {
			return nil, err
		}
		if in>>at&1 == 0 {
			continue
		}
		if len(schema) > 1 {
			schema = append(schema, ',')
		}
		schema = append(schema, entry...)
	}
	return qmp.ParseFeatures(append(schema, ']'))
}
