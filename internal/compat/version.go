package compat

import (
	"cmp"
	"regexp"
	"strconv"
	"sync"
)

// A Version is the number of a QEMU release, such as 10.2.0. From micro 50 on,
// it is one between releases, on the way to the next.
type Version struct{ Major, Minor, Micro int }

var versionText = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?`) })

// ParseVersion reads the first version in a text: "qemu-10.2.0" and "2.9" have
// one. It returns false if there is none.
func ParseVersion(text string) (Version, bool) {
	m := versionText().FindStringSubmatch(text)
	if m == nil {
		return Version{}, false
	}
	var v Version
	v.Major, _ = strconv.Atoi(m[1])
	v.Minor, _ = strconv.Atoi(m[2])
	v.Micro, _ = strconv.Atoi(m[3]) // none is 0
	return v, true
}

// Compare returns -1, 0 or 1 as v is older than w, the same or newer.
func (v Version) Compare(w Version) int {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor), cmp.Compare(v.Micro, w.Micro))
}

// compareMinor is Compare without the last number, which schemas mostly leave
// out.
func (v Version) compareMinor(w Version) int {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor))
}

// development reports whether v is between releases.
func (v Version) development() bool { return v.Micro >= 50 }

// ordinal returns the number of the feature release, counted from 1.0, so that
// neighbours differ by one. QEMU had minor numbers up to 1.7, 2.12, 3.1 and 4.2,
// and since 5.0 three releases a year. A version between releases counts as the
// next.
func (v Version) ordinal() int {
	n := 0
	switch {
	case v.Major < 1:
		return 0
	case v.Major == 1:
		n = v.Minor
	case v.Major == 2:
		n = 8 + v.Minor
	case v.Major == 3:
		n = 21 + v.Minor
	default:
		n = 23 + 3*(v.Major-4) + v.Minor
	}
	if v.development() {
		n++
	}
	return n
}
