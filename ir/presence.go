package ir

import (
	"slices"
	"strings"
)

// A Presence lists the releases of a merged schema that have something, oldest first, by their
// names in [Schema].Releases. A nil Presence means that it exists wherever its parent does: a
// member in every release with its struct, a value in every release with its enum, a definition
// in every release.
type Presence []string

// Has reports whether a release has the thing.
func (p Presence) Has(release string) bool { return p == nil || slices.Contains(p, release) }

// Lifetime returns the first release that has something and the first release after the last
// one that has it. Since is "" if the oldest release has it, and until is "" if the newest has
// it. Both are "" for a nil presence.
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

// ReleaseSpan describes the releases that have something: "since 10.0.0", "until 7.2.0, gone in
// 8.0.0", or the names of the releases if there is a gap. It returns "" for a nil presence.
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
