package model_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

// TestPlainSections checks where the text of sections without a meaning of their own goes.
func TestPlainSections(t *testing.T) {
	for _, c := range []struct{ doc, blurb, notes string }{
		{"# @x: text\n#\n# TODO: Later.\n#\n# Last.\n", "Last.", ""},
		{"# About.\n#\n# @x: text\n#\n# Last.\n", "About.", "Last."},
	} {
		s := schematest.Text(t, "##\n# @start:\n#\n"+c.doc+"#\n# Since: 5.0\n##\n{ 'command': 'start', 'data': { 'x': 'int' } }\n")
		d := model.New(s, model.Options{}).Lookup("start")
		if blurb, notes := summaries(d.Blurb), summaries(d.Notes); blurb != c.blurb || notes != c.notes {
			t.Errorf("%q: %q, notes %q; want %q, notes %q", c.doc, blurb, notes, c.blurb, c.notes)
		}
	}
}

func summaries(list []model.Prose) string {
	var words []string
	for _, p := range list {
		words = append(words, p.Summary())
	}
	return strings.Join(words, " ")
}

// TestFeatures checks which features are those of the definition itself, and what their texts
// name as a replacement.
func TestFeatures(t *testing.T) {
	r := model.New(schematest.Text(t, `
##
# @use-that:
#
# Since: 9.0
##
{ 'command': 'use-that' }

##
# @start:
#
# Start.
#
# @use-that: what to use
#
# @old: what not to use
#
# Features:
#
# @deprecated: Use `+"`use-that`"+`, not @old or @start.
#
# @unstable: It is new.
#
# Since: 9.0
##
{ 'command': 'start', 'features': [ 'unstable' ],
  'data': { 'use-that': 'int', '*old': { 'type': 'int', 'features': [ 'deprecated' ] } } }

##
# @stop:
#
# Features:
#
# @deprecated: Use @start and @use-that instead.
#
# Since: 9.0
##
{ 'command': 'stop', 'features': [ 'deprecated' ] }
`), model.Options{})
	start, stop := r.Lookup("start"), r.Lookup("stop")
	if start.Deprecated != nil || start.Unstable == nil || stop.Deprecated == nil || stop.Unstable != nil {
		t.Errorf("start: %v, %v; stop: %v, %v", start.Deprecated, start.Unstable, stop.Deprecated, stop.Unstable)
	}
	// A member of the definition goes before a command of the same name.
	if got := targets(start.Feature("deprecated")); got != "start.use-that" {
		t.Errorf("instead of start.old: %s", got)
	}
	if got := targets(stop.Deprecated); got != "start use-that" {
		t.Errorf("instead of stop: %s", got)
	}
}

func targets(f *model.Feature) string {
	var names []string
	for _, t := range f.Instead {
		name := t.Definition.Name
		if t.Member != nil {
			name += "." + t.Member.Name
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// TestNamesInText checks which words of plain text are taken for names.
func TestNamesInText(t *testing.T) {
	r := model.New(schematest.Text(t, `
{ 'command': 'fuzz-az-09' }
{ 'command': 'stop' }
{ 'event': 'RTC' }
{ 'event': 'STOP' }
{ 'event': 'DEVICE_DELETED' }
{ 'struct': 'AzType', 'data': {} }
`), model.Options{})
	for text, want := range map[string]string{
		"fuzz-az-09":                  "fuzz-az-09",
		"See fuzz-az-09, or STOP.":    "fuzz-az-09 STOP",
		"stop it":                     "",
		"RTC":                         "",
		"DEVICE_DELETED":              "DEVICE_DELETED",
		"xfuzz-az-09 fuzz-az-09z":     "",
		"(STOP)":                      "STOP",
		"AzType":                      "",
		"fuzz-az-09:STOP/fuzz-az-09é": "fuzz-az-09 STOP fuzz-az-09",
	} {
		var got []string
		for _, w := range r.Names(text) {
			got = append(got, text[w[0]:w[1]])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestSimpleUnion checks the wrapper types that the compiler adds to a simple union.
func TestSimpleUnion(t *testing.T) {
	r := model.New(schematest.Files(t, fstest.MapFS{"VERSION": {Data: []byte("5.2.0\n")}, "test.json": {Data: []byte(`
{ 'struct': 'File', 'data': { 'name': 'str' } }
{ 'union': 'Disk', 'data': { 'image': 'File', 'copy': 'File', 'size': 'int' } }
{ 'command': 'use', 'data': { 'disk': 'Disk' } }
`)}}, "test.json"), model.Options{})
	if uses := r.Lookup("File").UsedBy; len(uses) != 1 || uses[0] != (model.Use{By: r.Lookup("Disk"), As: model.AsBranch, Name: "data"}) {
		t.Errorf("File is used by %+v", uses)
	}
	body := r.Expand(r.Lookup("use"), model.Limits{Depth: 9, Rows: 99})
	if body.Data.Depth != 1 || len(body.Data.Object.Rows) != 1 {
		t.Fatalf("arguments: depth %d, %d rows", body.Data.Depth, len(body.Data.Object.Rows))
	}
	disk := body.Data.Object.Rows[0].Value
	if disk.Depth != 2 || disk.Object.Tag != "type" || len(disk.Object.Branches) != 2 {
		t.Fatalf("disk: depth %d, discriminator %q, %d branches", disk.Depth, disk.Object.Tag, len(disk.Object.Branches))
	}
	size := disk.Object.Branches[1] // after the one of image and copy
	if size.Value == nil || size.Value.Depth != 3 || size.IDs[0] != "arg-disk.type:size" {
		t.Fatalf("size: %+v, anchor %q", size.Value, size.IDs[0])
	}
	if row := size.Value.Object.Rows[0]; row.Member == nil || row.Name != "data" || row.Value.Elem.Head().Name != "int" || row.ID != "arg-disk.type:size.data" {
		t.Errorf("data of size: %+v, anchor %q", row.Member, row.ID)
	}
}

// TestWire checks what types are said to be in JSON.
func TestWire(t *testing.T) {
	r := model.New(schematest.Text(t, `
{ 'enum': 'Kind', 'data': [ 'a' ] }
{ 'alternate': 'Either', 'data': { 'k': 'Kind', 'n': 'null' } }
{ 'alternate': 'AnyOf', 'data': { 'k': 'Kind', 'b': 'bool', 'n': 'null' } }
{ 'struct': 'All', 'data': { 'a': 'int', 'b': 'int8', 'c': 'uint8', 'd': 'int16', 'e': 'uint16', 'f': 'int32', 'g': 'uint32', 'h': 'int64',
  'i': 'uint64', 'j': 'size', 'k': 'number', 'l': 'bool', 'm': 'str', 'n': 'any', 'o': 'null', 'p': 'Kind', 'q': [ 'int8' ], 'r': 'Either',
  's': [ 'Either' ], 't': 'All', 'v': 'AnyOf' } }
`), model.Options{})
	want := map[string]string{
		"a": "integer (64 bits)", "b": "integer (-128 to 127)", "c": "integer (0 to 255)", "d": "integer (-32768 to 32767)", "e": "integer (0 to 65535)",
		"f": "integer (32 bits)", "g": "integer (unsigned, 32 bits)", "h": "integer (64 bits)", "i": "integer (unsigned, 64 bits)",
		"j": "integer (unsigned, 64 bits)", "k": "number", "l": "boolean", "m": "string", "n": "any value", "o": "null", "p": "string",
		"q": "array of integer (-128 to 127)", "r": "string or null", "s": "array of (string or null)", "t": "object", "v": "string, boolean or null",
	}
	for _, m := range r.Lookup("All").Def.(*ir.Struct).Members {
		if got := model.Wire(m.Type); got != want[m.Name] {
			t.Errorf("%s (%s): %q, want %q", m.Name, m.Type.Head().Name, got, want[m.Name])
		}
	}
}

// TestPlainText checks the text of each kind of inline markup.
func TestPlainText(t *testing.T) {
	for text, want := range map[string]string{
		"a *b c* **d @e**": "a b c d e", "``f g``": "f g", "`h`": "h", "`i j <k>`_": "i j", "see `l m <n>`": "see l m", "http://o.example": "http://o.example",
	} {
		p := prose.Parse(text)[0].(prose.Paragraph)
		if got := model.PlainText(p.Inlines); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
