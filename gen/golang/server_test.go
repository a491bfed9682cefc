package golang

import (
	"strings"
	"testing"
)

// TestIntrospection checks that a server has the answer to query-qmp-schema, if the schema has
// that command.
func TestIntrospection(t *testing.T) {
	b := newBuilder()
	if got := source(t, b, Options{}); strings.Contains(got, "introspection =") {
		t.Errorf("introspection without the command for it in\n%s", got)
	}
	b.command("query-qmp-schema", "", "any")
	got := strings.Join(strings.Fields(source(t, b, Options{})), " ")
	for _, want := range []string{"const introspection = `[{\"name\":\"query-qmp-schema\",\"meta-type\":\"command\",", `{Name: "query-qmp-schema", Result: (*any)(nil), Reply: introspection},`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
	if got := source(t, b, Options{Parts: Types | Client}); strings.Contains(got, "introspection =") {
		t.Errorf("introspection without a server in\n%s", got)
	}
}

// TestReleaseFeatures checks that a server for several releases has the introspection of each.
func TestReleaseFeatures(t *testing.T) {
	b := newBuilder()
	b.command("stop", "", "")
	if got := source(t, b, Options{Releases: []Release{{Name: "1.0", Schema: b.schema}}}); strings.Contains(got, "ReleaseFeatures") {
		t.Errorf("features of releases of a schema that is of one in\n%s", got)
	}
	first := newBuilder()
	first.command("go", "", "")
	b.schema.Releases = []string{"1.0", "2.0"}
	o := Options{Releases: []Release{{Name: "1.0", Schema: first.schema}, {Name: "2.0", Schema: b.schema}}}
	got := source(t, b, o)
	for _, want := range []string{"func ReleaseFeatures(", "const releaseTable = `1.0 2.0\n", "\n1 {\"name\":\"go\"", "\n2 {\"name\":\"stop\""} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	o.Parts = Types | Client
	if got := source(t, b, o); strings.Contains(got, "ReleaseFeatures") {
		t.Errorf("features of releases without a server in\n%s", got)
	}
}
