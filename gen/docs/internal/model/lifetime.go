package model

import "github.com/qapi-go/qapi-go/ir"

// A Lifetime has the releases that added, deprecated and removed a definition or member. It
// is zero if only one release is known.
type Lifetime struct {
	Added      string // first release that has it; "" if the oldest one does
	Deprecated string // first release in which it is deprecated; with "or before" for the oldest one
	Removed    string // first release without it
	Moved      string // where it went, if it was not removed: as in compat.Item
}

// Words returns the lifetime in words: "added in 9.2.0", "deprecated in 10.0.0", "removed
// in 10.2.0", as far as they are known.
func (l Lifetime) Words() []string {
	var words []string
	for _, w := range []struct{ verb, release string }{
		{"added", l.Added}, {"deprecated", l.Deprecated}, {"removed", l.Removed},
	} {
		if w.release != "" {
			words = append(words, w.verb+" in "+w.release)
		}
	}
	return words
}

// Standing returns the lifetime of a member for readers who also see its features. If one
// of those is "deprecated", that is where the release of the deprecation belongs: it is
// returned as since, and not part of the lifetime.
func (m *Member) Standing() (l Lifetime, since string) {
	l = m.Lifetime
	if m.Has("deprecated") {
		since, l.Deprecated = l.Deprecated, ""
	}
	return l, since
}

// presence sets the lifetimes for a merged schema, in which each definition and member has
// its releases.
func (b *builder) presence() {
	if len(b.Schema.Releases) < 2 {
		return
	}
	b.Releases = b.Schema.Releases
	lifetime := func(in ir.Presence) Lifetime {
		since, until := b.Schema.Lifetime(in)
		return Lifetime{Added: since, Removed: until}
	}
	for _, d := range b.Definitions {
		d.Lifetime = lifetime(d.Def.Head().In)
	}
	for key, m := range b.byMember {
		switch key := key.(type) {
		case *ir.Member:
			m.Lifetime = lifetime(key.In)
		case *ir.EnumValue:
			m.Lifetime = lifetime(key.In)
		case *ir.Branch:
			m.Lifetime = lifetime(key.In)
		case *ir.AltBranch:
			m.Lifetime = lifetime(key.In)
		}
	}
}
