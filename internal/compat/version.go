package compat

import (
	"cmp"
	"regexp"
	"strconv"
	"sync"
)

// A Version is the version of a QEMU release, such as 10.2.0. With micro 50 or more, it is
// a development version before the next release.
type Version struct{ Major, Minor, Micro int }

var versionText = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?`) })

// ParseVersion returns the first version in a text such as "qemu-10.2.0" or "2.9", or false
// if there is none.
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

// Compare returns -1 if v is older than w, 0 if they are equal, and 1 if v is newer.
func (v Version) Compare(w Version) int {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor), cmp.Compare(v.Micro, w.Micro))
}

// compareMinor is Compare without the last number, which schemas mostly omit.
func (v Version) compareMinor(w Version) int {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor))
}

// development reports whether v is a development version.
func (v Version) development() bool { return v.Micro >= 50 }

// ordinal returns the number of the feature release, counted from 1.0, so that consecutive
// releases differ by one. QEMU had minor numbers up to 1.7, 2.12, 3.1 and 4.2, and since
// 5.0 three releases a year. A development version counts as the next release.
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
