package compat

import (
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// A Release is a schema with its version.
type Release struct {
	Name    string // such as "qemu-10.2.0"
	Version Version
	Schema  *ir.Schema
}

// A History follows each part of a schema over many releases.
type History struct {
	Releases []string // oldest first
	Items    []*Item  // in schema order, oldest release first

	byPath map[string][]*Item // by kind and path
}

// An Item is a command, event, member or value.
type Item struct {
	Kind string // "command", "event", "member" or "value"
	Path string // as Change.Path

	// Since is the first release that has it, under any type name. Certain is false if that
	// is the first release of the history, so that it may be older.
	Since   string
	Certain bool

	Deprecated string // the first release in which it is deprecated; or ""
	Removed    string // the first release without it; or ""
	Moved      string // its new path, if its type was renamed or split

	Says      string // the schema's own "Since:", in its last release; or ""
	Disagrees string // why that is wrong; or ""
	TooShort  bool   // removed less than two releases after its deprecation
	Place     Place  // position in the last release that has it

	first, last, announced int // indices of releases; announced is -1 if never
	entered                int // index of the first release that has it under this path
}

// minNotice is the least number of releases from the one that deprecates something to the
// one that removes it: it must still work in the release in between. See "Deprecated
// features" in QEMU's docs/about/deprecated.rst.
const minNotice = 2

// NewHistory follows each part of a schema through releases, which it sorts by version.
func NewHistory(releases []Release, o Options) *History {
	releases = slices.Clone(releases)
	slices.SortStableFunc(releases, func(a, b Release) int { return a.Version.Compare(b.Version) })
	f := NewFollower(o)
	for _, r := range releases {
		f.Add(r)
	}
	return f.History()
}

// A Follower builds a [History] from releases added one by one. It keeps only the last
// schema in memory.
type Follower struct {
	options  Options
	releases []Release // without schemas, but for the last
	history  *History
	alive    map[string]*Item // of the release before, by kind and path
	byType   index            // of the release before
}

// NewFollower returns a follower without releases. Options.Levels is ignored.
func NewFollower(o Options) *Follower {
	o.Levels = []Direction{Send, Recv}
	return &Follower{options: o, history: &History{}, alive: make(map[string]*Item)}
}

// Add adds a release, newer than all before, and returns what it changed, or nil for the
// first.
func (f *Follower) Add(r Release) *Report {
	i := len(f.releases)
	f.releases = append(f.releases, r)
	f.history.Releases = append(f.history.Releases, r.Name)
	var report *Report
	var pairs []typePair
	if i > 0 {
		report = Compare(f.releases[i-1].Schema, r.Schema, f.options)
		pairs, report.pairs = report.pairs, nil
	}
	f.enter(i, r.Schema, pairs)
	if i > 0 {
		f.releases[i-1].Schema = nil
	}
	return report
}

// History returns the history of the added releases. No release may be added after that.
func (f *Follower) History() *History {
	f.history.byPath = make(map[string][]*Item)
	for _, item := range f.history.Items {
		f.judge(item)
		key := item.Kind + " " + item.Path
		f.history.byPath[key] = append(f.history.byPath[key], item)
	}
	f.alive, f.byType, f.releases = nil, nil, nil
	return f.history
}

// Find returns the item that a release has under that kind and path, or nil. A path has
// several items if something was removed and added again later.
func (h *History) Find(release, kind, path string) *Item {
	i := slices.Index(h.Releases, release)
	for _, item := range h.byPath[kind+" "+path] {
		if item.entered <= i && i <= item.last {
			return item
		}
	}
	return nil
}

// An index finds the items of all members or values of a type by name: also
// those of its bases and branches.
type index map[ir.Type]map[string]*Item

// enter adds release i.
func (f *Follower) enter(i int, s *ir.Schema, pairs []typePair) {
	was := make(map[ir.Type][]ir.Type) // the old types at the place of a new type
	for _, p := range pairs {
		for _, t := range withBases(p.new) {
			if !slices.Contains(was[t], p.old) {
				was[t] = append(was[t], p.old)
			}
		}
		// The tag of an old union has no name, and is no pair of its own.
		if o, n := tagOf(p.old), tagOf(p.new); o != nil && n != nil && !slices.Contains(was[n], o) {
			was[n] = append(was[n], o)
		}
	}
	e := &entry{Follower: f, release: i, at: newPlaces(s), now: make(map[string]*Item)}
	for _, c := range s.Commands {
		e.add("command", c.Name, c.Doc.Since(), c.Features, e.at.at(c.Pos), nil)
	}
	for _, ev := range s.Events {
		e.add("event", ev.Name, ev.Doc.Since(), ev.Features, e.at.at(ev.Pos), nil)
	}
	byType := make(index)
	own := make(map[*ir.Member]*Item)
	for _, t := range s.Types {
		// The old type of that name, or the type that was at its place.
		olds := was[t]
		find := func(name string) *Item {
			for _, o := range olds {
				if item := f.byType[o][name]; item != nil {
					return item
				}
			}
			return nil
		}
		switch t := t.(type) {
		case *ir.Enum:
			items := make(map[string]*Item)
			for _, v := range t.Values {
				if !v.Pos.IsValid() {
					continue // built in
				}
				items[v.Name] = e.add("value", t.Name+"."+v.Name, v.Doc.Since(), v.Features, e.at.at(v.Pos), find(v.Name))
			}
			byType[t] = items
		case *ir.Struct:
			for _, m := range t.Members {
				path := t.Name + "." + m.Name
				if m.Owner != nil {
					path = m.Owner.Head().Name + "." + m.Name
				}
				before := find(m.Name)
				if before == nil && i > 0 && m.Owner != nil {
					// There was nothing at its place: the type of that name may have had it
					// in its base.
					if o, ok := f.releases[i-1].Schema.ByName[m.Owner.Head().Name].(ir.Type); ok {
						before = f.byType[o][m.Name]
					}
				}
				own[m] = e.add("member", path, m.Doc.Since(), m.Features, e.at.at(m.Pos), before)
			}
		}
	}
	for _, t := range s.Types {
		if isObject(t) {
			items := make(map[string]*Item)
			addMembers(items, own, t)
			byType[t] = items
		}
	}
	f.depart(i, e.now, s, pairs, byType)
	f.alive, f.byType = e.now, byType
}

// tagOf returns the enum of a union's discriminator, or nil.
func tagOf(t ir.Type) ir.Type {
	if u, ok := t.(*ir.Union); ok && u.Discriminator != nil {
		return u.Discriminator.Type
	}
	return nil
}

// withBases returns an object type with its bases and, of a union, its common
// members.
func withBases(t ir.Type) []ir.Type {
	list := []ir.Type{t}
	var base *ir.Struct
	switch t := t.(type) {
	case *ir.Struct:
		base = t.Base
	case *ir.Union:
		base = t.Base
	}
	for ; base != nil; base = base.Base {
		list = append(list, base)
	}
	return list
}

// addMembers adds the items of all members of an object type.
func addMembers(items map[string]*Item, own map[*ir.Member]*Item, t ir.Type) {
	v := viewOf(&places{}, operand{typ: t})
	for _, m := range v.members {
		items[m.Name] = own[m]
	}
	for _, c := range v.cases {
		if c.typ != nil {
			addMembers(items, own, c.typ)
		}
	}
}

// depart records what became of the items that release i does not have any more.
func (f *Follower) depart(i int, now map[string]*Item, s *ir.Schema, pairs []typePair, byType index) {
	heirs := make(map[*Item]*Item)
	follow := func(old, new ir.Type) {
		for name, item := range f.byType[old] { // an item has one heir: order does not matter
			if to := byType[new][name]; to != nil && heirs[item] == nil && item != to {
				heirs[item] = to
			}
		}
	}
	for _, p := range pairs {
		follow(p.old, p.new)
		if o, n := tagOf(p.old), tagOf(p.new); o != nil && n != nil {
			follow(o, n)
		}
	}
	if i > 0 {
		for _, t := range f.releases[i-1].Schema.Types {
			if n, ok := s.ByName[t.Head().Name].(ir.Type); ok {
				follow(t, n)
			}
		}
	}
	for _, item := range f.history.Items {
		if key := item.Kind + " " + item.Path; item.last != i-1 || now[key] == item {
			continue
		}
		if to := heirs[item]; to != nil {
			item.Moved = to.Path
		} else {
			item.Removed = f.releases[i].Name
		}
	}
}

// An entry enters the items of one release.
type entry struct {
	*Follower
	release int
	at      *places
	now     map[string]*Item
}

// add records that the release has an item. Before is the item at its place in the release
// before, or nil.
func (e *entry) add(kind, path, says string, features []ir.Feature, at Place, before *Item) *Item {
	key := kind + " " + path
	item := e.now[key]
	if item == nil {
		item = e.alive[key]
	}
	if item == nil {
		item = &Item{Kind: kind, Path: strings.Clone(path), first: e.release, entered: e.release, announced: -1}
		if before != nil {
			item.first, item.announced = before.first, before.announced
		}
		e.history.Items = append(e.history.Items, item)
	}
	e.now[key] = item
	if item.Says != says {
		item.Says = strings.Clone(says)
	}
	item.last, item.Place = e.release, at
	if item.announced < 0 && ir.Has(features, "deprecated") {
		item.announced = e.release
	}
	return item
}

// judge fills in what follows from an item's first and last releases.
func (f *Follower) judge(item *Item) {
	first := f.releases[item.first]
	item.Since, item.Certain = first.Name, item.first > 0
	if item.announced >= 0 {
		item.Deprecated = f.releases[item.announced].Name
	}
	if says, ok := ParseVersion(item.Says); ok {
		switch {
		case says.compareMinor(first.Version) > 0 && !first.Version.development():
			item.Disagrees = first.Name + " has it already"
		case item.Certain && f.missed(item, says):
			item.Disagrees = "the schema of " + f.releases[item.first-1].Name + " does not have it"
		}
	}
	if item.Removed != "" && item.announced > 0 {
		// Releases may be missing: the earliest release that can have deprecated it is the
		// one after the last that did not.
		earliest := f.releases[item.announced-1].Version.ordinal() + 1
		removed := f.releases[item.last+1].Version.ordinal()
		item.TooShort = removed-earliest < minNotice
	}
}

// missed reports whether the release before the first that has an item should have it,
// according to the version in the schema.
func (f *Follower) missed(item *Item, says Version) bool {
	before := f.releases[item.first-1].Version
	return says.compareMinor(before) <= 0 && says.Compare(before) <= 0 && listed(item.Kind, before)
}

// listed reports whether QEMU's schema had to list everything of a kind: events were
// described elsewhere before QEMU 2.1, and some commands before 2.8.
func listed(kind string, v Version) bool {
	switch kind {
	case "event":
		return v.compareMinor(Version{Major: 2, Minor: 1}) >= 0
	case "command":
		return v.compareMinor(Version{Major: 2, Minor: 8}) >= 0
	}
	return true
}
