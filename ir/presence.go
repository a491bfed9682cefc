package ir

import (
	"slices"
	"strings"
)

// A Presence names the releases that have something, oldest first, of those that
// a merged schema was made of ([Schema].Releases). Nil says that it is there
// whenever what holds it is: a member whenever its struct, a value whenever its
// enum, a definition in each release.
type Presence []string

// Has reports whether a release has the thing.
func (p Presence) Has(release string) bool { return p == nil || slices.Contains(p, release) }

// Lifetime returns the first release that has something, if an older one does
// not, and the first one behind the last that has it, if there is one: as far as
// the releases of the schema tell, the thing is there from since on and gone in
// until. Both are "" for a nil presence.
func (s *Schema) Lifetime(p Presence) (since, until string) {
	if len(p) == 0 || len(s.Releases) == 0 {
		return "", ""
	}
	if p[0] != s.Releases[0] {
		since = p[0]
	}
	if i := slices.Index(s.Releases, p[len(p)-1]); i >= 0 && i+1 < len(s.Releases) {
		until = s.Releases[i+1]
	}
	return since, until
}

// ReleaseSpan says in which releases something is, for readers: "since 10.0.0",
// "until 7.2.0, gone in 8.0.0", or the names of the releases if there is a gap.
// It returns "" for a nil presence.
func (s *Schema) ReleaseSpan(p Presence) string {
	if len(p) == 0 {
		return ""
	}
	since, until := s.Lifetime(p)
	first := slices.Index(s.Releases, p[0])
	if first < 0 || first+len(p) > len(s.Releases) || s.Releases[first+len(p)-1] != p[len(p)-1] {
		return "only " + strings.Join(p, ", ")
	}
	var words []string
	if since != "" {
		words = append(words, "since "+since)
	}
	if until != "" {
		words = append(words, "until "+p[len(p)-1], "gone in "+until)
	}
	return strings.Join(words, ", ")
}
