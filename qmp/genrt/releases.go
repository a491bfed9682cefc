package genrt

import (
	"errors"
	"strconv"
	"strings"

	"github.com/qapi-go/qapi-go/qmp"
)

// ReleaseFeatures returns what servers of a release have. The table's first line has the names of
// the releases, oldest first; each other line has the releases that have an entry of
// query-qmp-schema, as a number in base 16 whose bit 0 stands for the oldest, a blank, and the
// entry. The release is given by its name or the beginning of it, up to a dot; of several the
// newest is taken.
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
