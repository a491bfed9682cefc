package parser

import (
	"fmt"
	"go/token"
	"slices"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
)

// A Dialect is the dialect in which a schema was read.
//
// A detected dialect is a range of releases, so that acceptance does not depend on a single
// guess: a construct is refused only if all of Releases refuse it. The range is the release
// that the schema appears to follow and its neighbours, since development versions mix their
// rules. It extends further if the schema uses newer constructs.
type Dialect struct {
	Release  dialect.Release // whose rules give constructs their meaning
	Releases dialect.Range
	Pinned   bool   // given, not detected
	Reason   string // why it was chosen

	evidence []occurrence

	// newest is the newest release named by a "Since:" section, 0 if none, and dated the
	// position of that section.
	newest dialect.Release
	dated  token.Pos

	style   bool // QEMU 10.2's style rules for documentation may apply
	certain bool // given, or by a file VERSION: they apply even if many comments violate them
}

// pinned returns the dialect of a given release.
func pinned(r dialect.Release) Dialect {
	return Dialect{
		Release: r, Releases: dialect.Only(r), Pinned: true, Reason: "given",
		style: r == dialect.Current, certain: true,
	}
}

// Weights of evidence: the most that a construct counts, and what the documentation counts.
const (
	maxWeight  = 5
	dateWeight = 3
)

// detect returns the dialect of a schema. The version is that of its file VERSION, nil if there
// is none.
func detect(e *evidence, version *version) Dialect {
	e.finish()
	d := Dialect{evidence: e.list(), newest: e.newest, dated: e.dated}
	if version != nil && d.decideByVersion(version) {
		d.style = d.Releases.First == dialect.Current
		d.certain = true
	} else {
		d.decideByContent(e)
		if version != nil {
			d.Reason += fmt.Sprintf("; %s says %s, which the schema contradicts", version.path, version.text)
		}
		d.style = d.Release == dialect.Current && (d.newest == 0 || d.newest == dialect.Current)
	}
	return d
}

// decideByVersion chooses the releases of a file VERSION. It returns false if the schema has a
// construct that none of them accepts.
func (d *Dialect) decideByVersion(v *version) bool {
	for i := range d.evidence {
		if e := &d.evidence[i]; !e.mistake && !e.overlaps(v.releases) {
			return false
		}
	}
	d.Release, d.Releases = v.release, v.releases
	for _, e := range d.evidence { // VERSION may lag behind the first commits after a release
		if !e.mistake {
			d.Release = max(d.Release, e.since)
		}
	}
	d.Reason = fmt.Sprintf("%s says %s", v.path, v.text)
	return true
}

// decideByContent chooses among the releases that the evidence contradicts least: the one that
// the documentation names, or else the newest.
func (d *Dialect) decideByContent(e *evidence) {
	first, last := d.mostLikely()
	newest := e.newest
	if newest <= first.Next() && d.between(first) {
		d.Release, d.Releases = first, dialect.Range{First: first.Previous(), Last: first.Next()}
		d.Reason = "the schema uses both what this release dropped and what it added"
		return
	}
	if last == dialect.Current {
		// Nothing indicates an old schema. If its documentation names a release before 9.1 but
		// has no sections of that time, the version numbers are not QEMU's.
		d.Release, d.Releases = last, dialect.Only(last)
		d.Reason = "nothing in the schema indicates an older release"
		if newest >= dialect.Of(9, 1) {
			d.Releases.First = newest.Previous()
			d.Reason = fmt.Sprintf("the documentation names %s as the newest release", newest)
		}
		return
	}
	near := newest != 0 && newest < first && distance(newest, first) <= nearReleases // QEMU's version numbers, but nothing recent is documented
	firm := false                                                                    // there are old definitions, not only old documentation
	for _, ev := range d.evidence {
		switch {
		case ev.until == 0:
		case !ev.mistake:
			firm = firm || ev.until < dialect.Of(8, 2)
		case first <= ev.until && ev.until < last && (newest <= ev.until || newest > last):
			last = ev.until
		}
	}
	if e.has(noteSection) && newest < first && first <= dialect.Of(8, 2) {
		last = min(last, dialect.Of(8, 2)) // 9.0 accepts these sections, but has stricter rules
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
	for _, ev := range d.evidence {
		d.Releases.Last = max(d.Releases.Last, ev.since)
	}
}

// mostLikely returns the first and last of the newest consecutive releases that the evidence
// contradicts least.
func (d *Dialect) mostLikely() (first, last dialect.Release) {
	least := -1
	all := dialect.All()
	for i := len(all) - 1; i >= 0; i-- {
		r := all[i]
		cost := 0
		for j := range d.evidence {
			if e := &d.evidence[j]; !e.mistake && !e.accepts(r) {
				cost += min(e.count, maxWeight)
			}
		}
		if d.newest != 0 && r < d.newest.Previous() {
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

// nearReleases is the most releases by which a schema's constructs may be newer than its
// documentation says. QEMU's guest agent did not change for years.
const nearReleases = 8

// distance returns the number of releases from a to b.
func distance(a, b dialect.Release) int {
	n := 0
	for ; a < b; a = a.Next() {
		n++
	}
	return n
}

// boundary reports whether the schema uses something that release r dropped or added.
func (d *Dialect) boundary(r dialect.Release) bool {
	return slices.ContainsFunc(d.evidence, func(e occurrence) bool { return !e.mistake && (e.since == r || e.until == r.Previous()) })
}

// between reports whether the schema uses both something that release r dropped and something
// that it added. Documentation sections that QEMU 9.1 dropped do not count on their own, since
// they may be plain text.
func (d *Dialect) between(r dialect.Release) bool {
	dropped, added := false, false
	for i := range d.evidence {
		e := &d.evidence[i]
		dropped = dropped || !e.mistake && e.until == r.Previous() && (e.until < dialect.Of(9, 0) || e.until <= d.newest)
		added = added || e.since == r
	}
	return dropped && added
}

// Known returns the first and the last release of which the schema can be, as far as that is known:
// exactly if the dialect is given or a file VERSION names it, else by the constructs that the
// schema uses and the newest release that its documentation names. 0 means unknown.
func (d *Dialect) Known() (first, last dialect.Release) {
	if d.certain {
		return d.Release, d.Release
	}
	if d.newest.Within(d.Releases.First, d.Releases.Last) { // otherwise it may not be a release of QEMU
		first = d.newest
	}
	for _, e := range d.evidence {
		if e.mistake || !e.overlaps(d.Releases) {
			continue
		}
		first = max(first, e.since)
		if e.until != 0 && (last == 0 || e.until < last) {
			last = e.until
		}
	}
	if last < first {
		last = 0
	}
	return first, last
}

// noteNewer adds a note to the refusal of a construct: the schema also uses something newer
// than the last release that accepts it. A pinned dialect needs no such reason.
func (d *Dialect) noteNewer(refusal *diag.Diagnostic, c construct) {
	old := &constructTable[c]
	if newer := d.newer(old.until); newer != nil && !d.Pinned {
		refusal.Note(newer.pos, token.NoPos, "QEMU %s dropped %s; this schema also uses %s, which %s added",
			old.until.Next(), old.name, newer.name, newer.since)
	}
}

// newer returns the strongest evidence that the schema is newer than r, or nil.
func (d *Dialect) newer(r dialect.Release) *occurrence {
	var best *occurrence
	for i := range d.evidence {
		if e := &d.evidence[i]; e.since > r && (best == nil || e.count > best.count) {
			best = e
		}
	}
	return best
}
