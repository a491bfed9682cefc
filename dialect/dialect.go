// Package dialect names the dialects of QEMU's schema language by releases of QEMU. Almost
// every release changed the language slightly, so a rule is identified by the release that
// added or dropped it.
package dialect

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Release is a release of QEMU, by its major and minor number. The zero value is not a
// release. Releases are ordered by <.
type Release uint16

// Of returns the release with the given numbers, which must be less than 256.
func Of(major, minor int) Release { return Release(major<<8 | minor) }

// Current is the newest supported release, whose rules apply by default.
const Current = Release(10<<8 | 2)

// releases lists all releases with a schema, in order.
var releases = []Release{
	Of(1, 0), Of(1, 1), Of(1, 2), Of(1, 3), Of(1, 4), Of(1, 5), Of(1, 6), Of(1, 7),
	Of(2, 0), Of(2, 1), Of(2, 2), Of(2, 3), Of(2, 4), Of(2, 5), Of(2, 6),
	Of(2, 7), Of(2, 8), Of(2, 9), Of(2, 10), Of(2, 11), Of(2, 12),
	Of(3, 0), Of(3, 1), Of(4, 0), Of(4, 1), Of(4, 2), Of(5, 0), Of(5, 1), Of(5, 2),
	Of(6, 0), Of(6, 1), Of(6, 2), Of(7, 0), Of(7, 1), Of(7, 2), Of(8, 0), Of(8, 1), Of(8, 2),
	Of(9, 0), Of(9, 1), Of(9, 2), Of(10, 0), Of(10, 1), Current,
}

// first is the first release with a schema.
var first = releases[0]

// String returns the release as text, such as "2.12".
func (r Release) String() string { return fmt.Sprintf("%d.%d", r>>8, r&0xff) }

// Before reports whether r is older than the given release.
func (r Release) Before(major, minor int) bool { return r < Of(major, minor) }

// Within reports whether first <= r <= last.
func (r Release) Within(first, last Release) bool { return first <= r && r <= last }

// Next returns the release after r, or r itself for [Current].
func (r Release) Next() Release {
	i, found := slices.BinarySearch(releases, r)
	if found {
		i++
	}
	return releases[min(i, len(releases)-1)]
}

// Previous returns the release before r, or r itself for the first one.
func (r Release) Previous() Release {
	i, _ := slices.BinarySearch(releases, r)
	return releases[max(i-1, 0)]
}

// All returns all releases with a schema, in order. The caller owns the slice.
func All() []Release { return slices.Clone(releases) }

// Parse parses a release, such as "2.12", "v2.12.1" or "2.3.50". A third number of 50 or more
// is a development version of the next release. A release newer than [Current] is parsed as
// Current.
func Parse(s string) (Release, error) {
	parts := strings.Split(strings.TrimPrefix(s, "v"), ".")
	var n [3]int
	for i, part := range parts {
		v, err := strconv.ParseUint(part, 10, 8)
		if err != nil || len(parts) < 2 || len(parts) > 3 {
			return 0, fmt.Errorf("%q is not a release of QEMU, such as 2.12 or 7.2.0", s)
		}
		n[i] = int(v)
	}
	r := Of(n[0], n[1])
	if r < first {
		return 0, fmt.Errorf("release %s of QEMU is too old: the first with a schema is %s", s, first)
	}
	if r >= Current {
		return Current, nil
	}
	// An unknown release has the language of the last one before it.
	i, found := slices.BinarySearch(releases, r)
	if n[2] >= 50 && found {
		i++
	} else if !found {
		i--
	}
	return releases[i], nil
}
