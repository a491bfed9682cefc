package ir

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// sinceText matches the note "(since 9.1)" that QEMU's schemas use for members and values.
var sinceText = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\([Ss]ince:?\s+(\d+\.\d+(?:\.\d+)?)\)`)
})

// Since returns the version in a note such as "(since 9.1)" in the text of a member or value,
// or "". The receiver may be nil.
func (s *Section) Since() string {
	if s == nil || !strings.Contains(s.Text, "ince") {
		return ""
	}
	if m := sinceText().FindStringSubmatch(s.Text); m != nil {
		return m[1]
	}
	return ""
}

// Span returns the version since which something exists and the first version without it. They
// are those of [Schema.Lifetime], except that the documented version, stated, is more precise
// where the releases do not contradict it.
func (s *Schema) Span(p Presence, stated string) (since, until string) {
	since, until = s.Lifetime(p)
	stated, _, _ = strings.Cut(strings.TrimSpace(stated), " ")
	stated = strings.TrimRight(stated, ".,;")
	switch {
	case !isVersion(stated):
	case len(s.Releases) == 0:
		since = stated
	case p == nil:
		if compareVersions(stated, s.Releases[0]) <= 0 {
			since = stated
		}
	default:
		first := slices.Index(s.Releases, p[0])
		if compareVersions(stated, p[0]) <= 0 && (first <= 0 || compareVersions(stated, s.Releases[first-1]) > 0) {
			since = stated
		}
	}
	return since, until
}

// isVersion reports whether text is a version of QEMU, such as "2.12" or "10.1.0".
func isVersion(text string) bool {
	parts := strings.Split(text, ".")
	for _, part := range parts {
		if _, err := strconv.ParseUint(part, 10, 16); err != nil {
			return false
		}
	}
	return len(parts) == 2 || len(parts) == 3
}

// compareVersions compares the numbers of two versions. Names of releases may have other text
// before and after the number.
func compareVersions(a, b string) int {
	x, y := numbers(a), numbers(b)
	return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1]), cmp.Compare(x[2], y[2]))
}

// numbers returns the numbers of the first version in text.
func numbers(text string) (v [3]int) {
	text = strings.TrimLeft(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_ ")
	for i, part := range strings.SplitN(text, ".", 4) {
		if i == len(v) {
			break
		}
		end := 0
		for end < len(part) && '0' <= part[end] && part[end] <= '9' {
			end++
		}
		v[i], _ = strconv.Atoi(part[:end])
	}
	return v
}
