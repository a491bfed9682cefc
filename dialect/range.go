package dialect

// A Range is a range of releases whose rules a schema may follow, both ends included. A pinned
// dialect is a range of one release. A development version mixes the rules of its neighbours,
// so within a range a construct is refused only if all releases refuse it.
type Range struct{ First, Last Release }

// Only returns the range of a single release.
func Only(r Release) Range { return Range{r, r} }

// Before reports whether the range includes a release older than the given one, so that what
// the given release dropped is accepted.
func (r Range) Before(major, minor int) bool { return r.First < Of(major, minor) }

// Since reports whether the range includes the given release or a newer one, so that what the
// given release added is accepted.
func (r Range) Since(major, minor int) bool { return r.Last >= Of(major, minor) }

// Within reports whether the range lies between first and last, so that a rule of these
// releases applies.
func (r Range) Within(first, last Release) bool { return first <= r.First && r.Last <= last }

// Overlaps reports whether the range includes a release from first to last, so that what these
// releases accept is accepted.
func (r Range) Overlaps(first, last Release) bool { return r.First <= last && first <= r.Last }

// String returns the range as text, such as "4.1 to 5.0", or "4.2" for a single release.
func (r Range) String() string {
	if r.First == r.Last {
		return r.First.String()
	}
	return r.First.String() + " to " + r.Last.String()
}
