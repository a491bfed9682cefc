package compat_test

import (
	"testing"

	"github.com/qapi-go/qapi-go/internal/compat"
)

// history follows the schema of several releases, each given by its name and text,
// and returns what became of one item.
func history(t *testing.T, releases [][2]string, item string) *compat.Item {
	t.Helper()
	var list []compat.Release
	for _, r := range releases {
		list = append(list, compat.Release{Name: r[0], Version: version(r[0]), Schema: load(t, "schema.json", r[1])})
	}
	for _, i := range compat.NewHistory(list, compat.Options{}).Items {
		if i.Kind+" "+i.Path == item {
			return i
		}
	}
	t.Fatalf("there is no %s", item)
	return nil
}

// TestTooShort checks which removals come too soon after the deprecation.
func TestTooShort(t *testing.T) {
	const has, deprecated, gone = "{ 'command': 'a' }", "{ 'command': 'a', 'features': [ 'deprecated' ] }", "{ 'command': 'b' }"
	for _, test := range []struct {
		name     string
		releases [][2]string
		want     bool
	}{
		{"one release", [][2]string{{"9.0", has}, {"9.1", deprecated}, {"9.2", gone}}, true},
		{"two releases", [][2]string{{"9.0", has}, {"9.1", deprecated}, {"9.2", deprecated}, {"10.0", gone}}, false},
		{"one is missing, which may have deprecated it", [][2]string{{"9.0", has}, {"9.2", deprecated}, {"10.0", gone}}, false},
		{"never deprecated", [][2]string{{"9.0", has}, {"9.1", gone}}, false},
		{"always deprecated", [][2]string{{"9.0", deprecated}, {"9.1", gone}}, false},
	} {
		if got := history(t, test.releases, "command a"); got.TooShort != test.want || got.Removed == "" {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
}

// TestFind checks that an item is found in the releases that have it, also if it was removed and
// added again.
func TestFind(t *testing.T) {
	const a, b = "{ 'command': 'a' }", "{ 'command': 'b' }"
	var list []compat.Release
	for _, r := range [][2]string{{"9.0", b}, {"9.1", a}, {"9.2", a}, {"10.0", b}, {"10.1", a}} {
		list = append(list, compat.Release{Name: r[0], Version: version(r[0]), Schema: load(t, "schema.json", r[1])})
	}
	h := compat.NewHistory(list, compat.Options{})
	first, last := h.Find("9.1", "command", "a"), h.Find("10.1", "command", "a")
	if first == nil || last == nil || first == last || first.Since != "9.1" || first.Removed != "10.0" || last.Since != "10.1" || last.Removed != "" {
		t.Errorf("9.1: %+v, 10.1: %+v", first, last)
	}
	for release, want := range map[string]*compat.Item{"9.0": nil, "9.2": first, "10.0": nil} {
		if got := h.Find(release, "command", "a"); got != want {
			t.Errorf("%s: %+v, want %+v", release, got, want)
		}
	}
	if got := h.Find("9.1", "event", "a"); got != nil {
		t.Errorf("an event: %+v", got)
	}
}

// TestDisagrees checks which "Since:" is wrong.
func TestDisagrees(t *testing.T) {
	const other = "{ 'command': 'other' }\n"
	doc := func(since string) string {
		return "##\n# @a:\n#\n# Text.\n#\n# Since: " + since + "\n##\n{ 'command': 'a' }\n"
	}
	event := func(since string) string {
		return "##\n# @A:\n#\n# Text.\n#\n# Since: " + since + "\n##\n{ 'event': 'A' }\n"
	}
	for _, test := range []struct {
		name     string
		releases [][2]string
		item     string
		want     string
	}{
		{"right", [][2]string{{"9.0", other}, {"9.1", other + doc("9.1")}}, "command a", ""},
		{"a release between", [][2]string{{"8.2", other}, {"9.1", other + doc("9.0")}}, "command a", ""},
		{"too new", [][2]string{{"9.0", other + doc("9.1")}, {"9.1", other + doc("9.1")}}, "command a", "9.0 has it already"},
		{"too old", [][2]string{{"9.0", other}, {"9.1", other + doc("9.0")}}, "command a", "the schema of 9.0 does not have it"},
		{"a stable release", [][2]string{{"9.0.0", other}, {"9.1.0", other + doc("9.0.1")}}, "command a", ""},
		{"on the way to a release", [][2]string{{"9.0", other}, {"9.0.50", other + doc("9.1")}}, "command a", ""},
		{"a command before schemas had all", [][2]string{{"2.4", other}, {"2.8", other + doc("0.14")}}, "command a", ""},
		{"a command after that", [][2]string{{"2.8", other}, {"2.9", other + doc("0.14")}}, "command a", "the schema of 2.8 does not have it"},
		{"an event before schemas had any", [][2]string{{"1.7", other}, {"2.1", other + event("0.13")}}, "event A", ""},
		{"an event after that", [][2]string{{"2.1", other}, {"2.2", other + event("0.13")}}, "event A", "the schema of 2.1 does not have it"},
	} {
		if got := history(t, test.releases, test.item); got.Disagrees != test.want {
			t.Errorf("%s: %q, want %q", test.name, got.Disagrees, test.want)
		}
	}
}

// TestFromBase checks that a member is as old as in the base it came from, even if the
// union is now used elsewhere.
func TestFromBase(t *testing.T) {
	const kinds = "{ 'enum': 'Kind', 'data': [ 'disk' ] }\n{ 'struct': 'Disk', 'data': { } }\n"
	const old = kinds + "{ 'struct': 'DevBase', 'data': { 'kind': 'Kind', 'name': 'str' } }\n" +
		"{ 'union': 'Dev', 'base': 'DevBase', 'discriminator': 'kind', 'data': { 'disk': 'Disk' } }\n{ 'command': 'add', 'data': { 'options': 'Dev' } }\n"
	const new = kinds + "{ 'union': 'Dev', 'base': { 'kind': 'Kind', 'name': 'str' }, 'discriminator': 'kind', 'data': { 'disk': 'Disk' } }\n" +
		"{ 'command': 'add', 'data': 'Dev', 'boxed': true }\n"
	if got := history(t, [][2]string{{"9.0", "{ 'command': 'b' }"}, {"9.1", old}, {"9.2", new}}, "member Dev.name"); got.Since != "9.1" || !got.Certain {
		t.Errorf("%+v", got)
	}
}

// TestRenamedSimpleUnion checks that the values of an implicit discriminator are followed
// when the union is renamed.
func TestRenamedSimpleUnion(t *testing.T) {
	const old = "{ 'type': 'Shot', 'data': { 'x': 'str' } }\n{ 'union': 'BlockAction', 'data': { 'shot': 'Shot' } }\n" +
		"{ 'command': 'transaction', 'data': { 'actions': [ 'BlockAction' ] } }\n"
	const new = "{ 'type': 'Shot', 'data': { 'x': 'str' } }\n{ 'union': 'Action', 'data': { 'shot': 'Shot', 'abort': 'Shot' } }\n" +
		"{ 'command': 'transaction', 'data': { 'actions': [ 'Action' ] } }\n"
	releases := [][2]string{{"1.1", old}, {"1.7", new}}
	if got := history(t, releases, "value ActionKind.shot"); got.Since != "1.1" || got.Certain {
		t.Errorf("%+v", got)
	}
	if got := history(t, releases, "value ActionKind.abort"); got.Since != "1.7" || !got.Certain {
		t.Errorf("%+v", got)
	}
	if got := history(t, releases, "value BlockActionKind.shot"); got.Removed != "" || got.Moved != "ActionKind.shot" {
		t.Errorf("%+v", got)
	}
}
