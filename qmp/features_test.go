package qmp_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
)

// featureSchema is a reply to query-qmp-schema with each meta-type, a union in a list in an
// alternate, and a recursive type.
const featureSchema = `[
 {"name": "attach", "meta-type": "command", "arg-type": "0", "ret-type": "1", "allow-oob": true, "features": ["live"]},
 {"name": "stop", "meta-type": "command", "arg-type": "9", "ret-type": "9"},
 {"name": "GONE", "meta-type": "event", "arg-type": "1"},
 {"name": "0", "meta-type": "object", "members": [
   {"name": "id", "type": "str"},
   {"name": "disk", "type": "2", "default": null, "features": ["unstable"]}]},
 {"name": "1", "meta-type": "object", "members": [
   {"name": "reason", "type": "3"},
   {"name": "next", "type": "1", "default": null}]},
 {"name": "2", "meta-type": "alternate", "members": [{"type": "str"}, {"type": "[4]"}]},
 {"name": "[4]", "meta-type": "array", "element-type": "4"},
 {"name": "4", "meta-type": "object", "tag": "driver", "members": [{"name": "driver", "type": "5"}],
  "variants": [{"case": "file", "type": "6"}, {"case": "nbd", "type": "7"}, {"case": "null", "type": "9"}]},
 {"name": "3", "meta-type": "enum", "values": ["guest", "host"]},
 {"name": "5", "meta-type": "enum", "values": ["file", "nbd", "null"],
  "members": [{"name": "file"}, {"name": "nbd", "features": ["deprecated"]}, {"name": "null"}]},
 {"name": "6", "meta-type": "object", "members": [{"name": "path", "type": "str"}, {"name": "size", "type": "int"}]},
 {"name": "7", "meta-type": "object", "members": [{"name": "host", "type": "str"}, {"name": "size", "type": "int", "default": null}]},
 {"name": "9", "meta-type": "object", "members": []},
 {"name": "str", "meta-type": "builtin", "json-type": "string"},
 {"name": "int", "meta-type": "builtin", "json-type": "int"}
]`

func TestFeatures(t *testing.T) {
	f, err := qmp.QueryFeatures(t.Context(), qmp.CallerFunc(func(_ context.Context, req *qmp.Request) error {
		if req.Command != "query-qmp-schema" {
			t.Errorf("asked %s", req.Command)
		}
		*req.Result.(*json.RawMessage) = json.RawMessage(featureSchema)
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	attach, gone := f.Command("attach"), f.Event("GONE")
	tests := []struct {
		what      string
		got, want bool
	}{
		{"command", attach.Exists(), true},
		{"command that is none", f.Command("detach").Exists(), false},
		{"event is no command", f.Command("GONE").Exists(), false},
		{"type is no command", f.Command("0").Exists(), false},
		{"event", gone.Exists(), true},
		{"out of band", attach.AllowOOB(), true},
		{"not out of band", f.Command("stop").AllowOOB(), false},
		{"feature", attach.HasFeature("live"), true},
		{"feature that is none", attach.HasFeature("dead"), false},
		{"argument", attach.Member("id").Exists(), true},
		{"mandatory", attach.Member("id").Optional(), false},
		{"optional", attach.Member("disk").Optional(), true},
		{"feature of an argument", attach.Member("disk").HasFeature("unstable"), true},
		{"through alternate, list and branch", attach.Member("disk", "path").Exists(), true},
		{"of one branch", attach.Member("disk").Branch("file").Member("path").Exists(), true},
		{"of another branch", attach.Member("disk").Branch("nbd").Member("path").Exists(), false},
		{"empty branch", attach.Member("disk").Branch("null").Exists(), true},
		{"branch that is none", attach.Member("disk").Branch("nvme").Exists(), false},
		{"mandatory in one branch", attach.Member("disk", "size").Optional(), false},
		{"value", attach.Member("disk", "driver").HasValue("nbd"), true},
		{"value that is none", attach.Member("disk", "driver").HasValue("nvme"), false},
		{"feature of a value", attach.Member("disk", "driver").Value("nbd").HasFeature("deprecated"), true},
		{"a branch's values are not its union's", attach.Member("disk").HasValue("nbd"), false},
		{"old servers have no members of enums", gone.Member("reason").HasValue("host"), true},
		{"result", attach.Returns().Member("reason").Exists(), true},
		{"data", gone.Member("next", "next", "next", "reason").Exists(), true},
		{"nothing has nothing", f.Command("detach").Member("a", "b").Returns().Branch("c").Value("d").Exists(), false},
		{"events return nothing", gone.Returns().Exists(), false},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("%s: %t", test.what, test.got)
		}
	}
	if got := f.Commands(); !slices.Equal(got, []string{"attach", "stop"}) {
		t.Errorf("commands %q", got)
	}
	if got := f.Events(); !slices.Equal(got, []string{"GONE"}) {
		t.Errorf("events %q", got)
	}
}

func TestFeaturesErrors(t *testing.T) {
	refused := &qmp.Error{Class: "CommandNotFound", Desc: "no"}
	if _, err := qmp.QueryFeatures(t.Context(), qmp.CallerFunc(func(context.Context, *qmp.Request) error { return refused })); err != refused {
		t.Errorf("error %v, want %v", err, refused)
	}
	if _, err := qmp.ParseFeatures([]byte(`{}`)); err == nil {
		t.Error("an object is taken for a schema")
	}
	// Types of a server may be undefined or cyclic.
	f, err := qmp.ParseFeatures([]byte(`[{"name": "c", "meta-type": "command", "arg-type": "[0]"},
		{"name": "[0]", "meta-type": "array", "element-type": "[0]"}]`))
	if err != nil {
		t.Fatal(err)
	}
	if f.Command("c").Member("a").Exists() || f.Command("c").Returns().HasValue("v") {
		t.Error("something in a circle")
	}
}
