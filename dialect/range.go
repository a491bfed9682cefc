package dialect

// A Range is the releases, from First to Last, whose rules a schema may follow. A
// pinned dialect is a range of one release. A schema of a development version
// mixes the rules of its neighbours: there, a construct is refused only if all
// releases of the range refuse it.
type Range struct{ First, Last Release }

// Only returns the range of one release.
func Only(r Release) Range { return Range{r, r} }

// Before reports whether the range holds a release older than the one with these numbers:
// what that release dropped is accepted.
func (r Range) Before(major, minor int) bool { return r.First < Of(major, minor) }

// Since reports whether the range holds the release with these numbers or a newer one: what
// that release added is accepted.
func (r Range) Since(major, minor int) bool { return r.Last >= Of(major, minor) }

// Within reports whether all releases of the range are from first to last: a rule of these
// releases applies.
func (r Range) Within(first, last Release) bool { return first <= r.First && r.Last <= last }

// Overlaps reports whether the range holds a release from first to last: what
// these releases accept is accepted.
func (r Range) Overlaps(first, last Release) bool { return r.First <= last && first <= r.Last }

// String returns "4.1 to 5.0", or "4.2" for one release.
func (r Range) String() string {
	if r.First == r.Last {
		return r.First.String()
	}
	return r.First.String() + " to " + r.Last.String()
}
