package parser

import (
	"fmt"
	"go/token"
	"slices"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
)

// A Dialect is the dialect that a schema was read in, and why.
//
// Acceptance does not depend on one guess: where the dialect was detected, a
// construct is refused only if all Releases refuse it. They are the release that
// the schema appears to be of and its neighbours, since a schema of a development
// version mixes their rules, and further ones if it uses what they brought.
type Dialect struct {
	Release  dialect.Release // decides what a construct means that all of them accept
	Releases dialect.Range
	Pinned   bool   // given, not detected
	Reason   string // how it was decided
	Evidence []Evidence

	// Newest is the newest release that a "Since:" in the documentation names, at
	// Dated; 0 if none does.
	Newest dialect.Release
	Dated  token.Pos

	style   bool // the rules of QEMU 10.2 on the style of documentation may hold
	certain bool // and do so, however many comments break them
}

// pinned returns the dialect of a release that was given.
func pinned(r dialect.Release) Dialect {
	return Dialect{
		Release: r, Releases: dialect.Only(r), Pinned: true, Reason: "given",
		style: r == dialect.Current, certain: true,
	}
}

// Weights of evidence: how much a construct counts at most, and how much the
// documentation does.
const (
	maxWeight  = 5
	dateWeight = 3
)

// detect decides which dialect the schema that e is of is written in, whose file
// VERSION may tell its release.
func detect(e *evidence, version *version) Dialect {
	e.finish()
	d := Dialect{Evidence: e.list(), Newest: e.newest, Dated: e.dated}
	if version != nil && d.decideByVersion(version) {
		d.style = d.Releases.First == dialect.Current
		d.certain = true
	} else {
		d.decideByContent(e)
		if version != nil {
			d.Reason += fmt.Sprintf("; %s says %s, which the schema contradicts", version.path, version.text)
		}
		d.style = d.Release == dialect.Current && (d.Newest == 0 || d.Newest == dialect.Current)
	}
	return d
}

// decideByVersion follows the file VERSION, unless the schema has a construct
// that none of the releases accepts which it may mean.
func (d *Dialect) decideByVersion(v *version) bool {
	for i := range d.Evidence {
		if e := &d.Evidence[i]; !e.Mistake && !e.overlaps(v.releases) {
			return false
		}
	}
	d.Release, d.Releases = v.release, v.releases
	for _, e := range d.Evidence { // a commit behind the release, before VERSION changed
		if !e.Mistake {
			d.Release = max(d.Release, e.Since)
		}
	}
	d.Reason = fmt.Sprintf("%s says %s", v.path, v.text)
	return true
}

// decideByContent takes the releases that the fewest constructs contradict. Of
// those, the documentation chooses one, or else the newest is taken.
func (d *Dialect) decideByContent(e *evidence) {
	first, last := d.mostLikely()
	newest := e.newest
	if newest <= first.Next() && d.between(first) {
		d.Release, d.Releases = first, dialect.Range{First: first.Previous(), Last: first.Next()}
		d.Reason = "the schema uses what this release dropped beside what it brought"
		return
	}
	if last == dialect.Current {
		// Nothing says that the schema is old. Where documentation before QEMU 9.1
		// has no old sections either, its numbers are not QEMU's.
		d.Release, d.Releases = last, dialect.Only(last)
		d.Reason = "nothing in the schema is older"
		if newest >= dialect.Of(9, 1) {
			d.Releases.First = newest.Previous()
			d.Reason = fmt.Sprintf("the documentation names %s as the newest release", newest)
		}
		return
	}
	near := newest != 0 && newest < first && distance(newest, first) <= nearReleases // QEMU's numbers, but nothing new was documented
	firm := false                                                                    // there is old code, not only old documentation
	for _, ev := range d.Evidence {
		switch {
		case ev.Until == 0:
		case !ev.Mistake:
			firm = firm || ev.Until < dialect.Of(8, 2)
		case first <= ev.Until && ev.Until < last && (newest <= ev.Until || newest > last):
			last = ev.Until
		}
	}
	if e.has(noteSection) && newest < first && first <= dialect.Of(8, 2) {
		last = min(last, dialect.Of(8, 2)) // 9.0 accepts such sections, but has stricter rules
	}
	switch {
	case newest != 0 && first <= newest && newest <= last:
		d.Release = newest
		d.Releases.First = max(newest.Previous(), first.Previous())
		d.Reason = fmt.Sprintf("the documentation names %s as the newest release", newest)
	case near:
		d.Release = first
		d.Releases.First = first.Previous()
		d.Reason = fmt.Sprintf("it is the first release that accepts what the schema uses, and the documentation names %s", newest)
	default:
		d.Release = last
		d.Releases.First = last
		if firm {
			d.Releases.First = first.Previous()
		}
		d.Reason = "it is the last release that accepts what the schema uses"
	}
	d.Releases.Last = d.Release.Next()
	for _, ev := range d.Evidence {
		d.Releases.Last = max(d.Releases.Last, ev.Since)
	}
}

// mostLikely returns the first and the last of the newest releases in a row that
// the evidence contradicts least.
func (d *Dialect) mostLikely() (first, last dialect.Release) {
	least := -1
	all := dialect.All()
	for i := len(all) - 1; i >= 0; i-- {
		r := all[i]
		cost := 0
		for j := range d.Evidence {
			if e := &d.Evidence[j]; !e.Mistake && !e.accepts(r) {
				cost += min(e.Count, maxWeight)
			}
		}
		if d.Newest != 0 && r < d.Newest.Previous() {
			cost += dateWeight
		}
		switch {
		case least < 0 || cost < least:
			least, first, last = cost, r, r
		case cost == least && first == r.Next() && !d.boundary(first):
			first = r
		}
	}
	return first, last
}

// nearReleases is how many releases a schema may be older than its documentation
// says: QEMU's agent did not change for years.
const nearReleases = 8

// distance returns how many releases after a the release b is.
func distance(a, b dialect.Release) int {
	n := 0
	for ; a < b; a = a.Next() {
		n++
	}
	return n
}

// boundary reports whether the schema uses something that release r dropped or
// brought.
func (d *Dialect) boundary(r dialect.Release) bool {
	return slices.ContainsFunc(d.Evidence, func(e Evidence) bool { return !e.Mistake && (e.Since == r || e.Until == r.Previous()) })
}

// between reports whether the schema uses something that release r dropped, and
// something that it brought. Sections of documentation, which QEMU 9.1 dropped, may
// be nothing but text.
func (d *Dialect) between(r dialect.Release) bool {
	dropped, brought := false, false
	for i := range d.Evidence {
		e := &d.Evidence[i]
		dropped = dropped || !e.Mistake && e.Until == r.Previous() && (e.Until < dialect.Of(9, 0) || e.Until <= d.Newest)
		brought = brought || e.Since == r
	}
	return dropped && brought
}

// eras adds to the refusal of a construct that the schema also uses something
// newer than the last release that accepts it. A dialect that was given needs no
// reason.
func (d *Dialect) eras(refusal *diag.Diagnostic, c construct) {
	old := &constructTable[c]
	if newer := d.newer(old.Until); newer != nil && !d.Pinned {
		refusal.Note(newer.Pos, token.NoPos, "QEMU %s dropped %s; this schema also uses %s, which came with %s",
			old.Until.Next(), old.Construct, newer.Construct, newer.Since)
	}
}

// newer returns the construct that best shows that the schema is of a release
// after r, nil if none does.
func (d *Dialect) newer(r dialect.Release) *Evidence {
	var best *Evidence
	for i := range d.Evidence {
		if e := &d.Evidence[i]; e.Since > r && (best == nil || e.Count > best.Count) {
			best = e
		}
	}
	return best
}
