package merge

import (
	"go/token"
	"iter"
	"slices"
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/ir"
)

// TestChanges checks which differences from the newest release are reported.
func TestChanges(t *testing.T) {
	tests := []struct {
		mergeCase
		changes []string
	}{
		{mergeCase{name: "same", releases: []string{
			`{ 'struct': 'Aaa', 'data': { 'a': 'int' } } { 'command': 'c', 'data': 'Aaa' }`,
			`{ 'struct': 'Aaa', 'data': { 'a': 'int' } } { 'command': 'c', 'data': 'Aaa' }`,
		}}, nil},
		{mergeCase{name: "new optional member", releases: []string{
			`{ 'command': 'c', 'data': { 'a': 'int' } }`,
			`{ 'command': 'c', 'data': { 'a': 'int', '*b': 'int' } }`,
		}}, nil},
		{mergeCase{name: "new mandatory member", releases: []string{
			`{ 'command': 'c', 'data': { 'a': 'int' } }`,
			`{ 'command': 'c', 'data': { 'a': 'int', 'b': 'int' } }`,
		}}, []string{"optional c.b: missing or optional in some release"}},
		{mergeCase{name: "wider type in an old release", releases: []string{
			`{ 'command': 'c', 'data': { 'a': 'int' } }`,
			`{ 'command': 'c', 'data': { 'a': 'int8' } }`,
		}}, []string{"widened c.a: int, was int8"}},
		{mergeCase{name: "renamed type", releases: []string{
			`{ 'struct': 'Aaa', 'data': { 'a': 'int' } } { 'command': 'c', 'data': 'Aaa' }`,
			`{ 'struct': 'Bbb', 'data': { 'a': 'int' } } { 'command': 'c', 'data': 'Bbb' }`,
		}}, []string{"renamed Bbb: Aaa in 1"}},
		{mergeCase{name: "renamed type that is kept", releases: []string{
			`{ 'struct': 'Aaa', 'data': { 'a': 'int' } } { 'command': 'c', 'data': 'Aaa' }`,
			`{ 'struct': 'Bbb', 'data': { 'a': 'int' } } { 'struct': 'Aaa', 'data': { 'a': 'int' } } { 'command': 'c', 'data': 'Bbb' } { 'command': 'd', 'data': 'Aaa' }`,
		}}, nil},
		{mergeCase{name: "inline arguments that got a name", releases: []string{
			`{ 'command': 'c', 'data': { 'a': 'int' } }`,
			`{ 'struct': 'Bbb', 'data': { 'a': 'int' } } { 'command': 'c', 'data': 'Bbb' }`,
		}}, nil},
		{mergeCase{name: "arguments whose type lost its name", releases: []string{
			`{ 'struct': 'Bbb', 'data': { 'a': 'int' } } { 'command': 'c', 'data': 'Bbb' }`,
			`{ 'command': 'c', 'data': { 'a': 'int' } }`,
		}}, []string{"renamed c: Bbb in 1"}},
		{mergeCase{name: "string that became an enum", releases: []string{
			`{ 'command': 'c', 'data': { 'a': 'str' } }`,
			`{ 'enum': 'Eee', 'data': [ 'x' ] } { 'command': 'c', 'data': { 'a': 'Eee' } }`,
		}}, nil},
		{mergeCase{name: "arguments that were added", releases: []string{
			`{ 'command': 'c' }`,
			`{ 'struct': 'Bbb', 'data': { '*a': 'int' } } { 'command': 'c', 'data': 'Bbb' }`,
		}}, nil},
		{mergeCase{name: "different kinds", releases: []string{
			`{ 'command': 'c', 'data': { 'a': 'str' } }`,
			`{ 'struct': 'Bbb', 'data': { 'a': 'int' } } { 'command': 'c', 'data': { 'a': 'Bbb' } }`,
		}}, []string{"alternate c.a: CA, for values of different kinds"}},
		{mergeCase{name: "struct that became a union", releases: []string{
			`{ 'enum': 'Eee', 'data': [ 'x' ] } { 'struct': 'Uuu', 'data': { 'k': 'Eee' } } { 'command': 'c', 'data': 'Uuu' }`,
			`{ 'enum': 'Eee', 'data': [ 'x' ] } { 'union': 'Uuu', 'base': { 'k': 'Eee' }, 'discriminator': 'k', 'data': {} } { 'command': 'c', 'data': 'Uuu', 'boxed': true }`,
		}}, []string{"union Uuu: a struct or another union in some release"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			res, err := Merge(test.load(t), Options{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range res.Changes {
				got = append(got, string(c.Kind)+" "+c.Path+": "+c.Detail)
			}
			if !slices.Equal(got, test.changes) {
				t.Errorf("got %q, want %q", got, test.changes)
			}
		})
	}
}

// TestDefinitions checks that both orders of the merged schema have its own definitions: those
// of the newest release where that has them, also in included files.
func TestDefinitions(t *testing.T) {
	fset := token.NewFileSet()
	load := func(root, sub string) *ir.Schema {
		s, errs := qapigo.Load(fstest.MapFS{
			"s.json": {Data: []byte(root)}, "sub.json": {Data: []byte(sub)},
		}, "s.json", qapigo.Options{Fset: fset})
		for _, d := range errs.All() {
			t.Fatalf("%s: %s", fset.Position(d.Pos), d.Msg)
		}
		return s
	}
	res, err := Merge([]Release{
		{"1", load("{ 'include': 'sub.json' } { 'command': 'a' }", "{ 'command': 'b' } { 'command': 'gone' }")},
		{"2", load("{ 'command': 'a' } { 'include': 'sub.json' } { 'command': 'c' }", "{ 'command': 'b' }")},
	}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		order string
		defs  iter.Seq[ir.Def]
		want  []string
	}{
		{"Definitions", res.Schema.Definitions(), []string{"a", "b", "gone", "c"}},
		{"ByModule", res.Schema.ByModule(), []string{"a", "c", "b", "gone"}},
	} {
		var got []string
		for def := range test.defs {
			got = append(got, def.Head().Name)
			if res.Schema.ByName[def.Head().Name] != def {
				t.Errorf("%s: %s is not of the merged schema", test.order, def.Head().Name)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.order, got, test.want)
		}
	}
}

// TestHolderModule checks that an alternate that no release has is in the module of the
// definition that uses it.
func TestHolderModule(t *testing.T) {
	fset := token.NewFileSet()
	load := func(sub string) *ir.Schema {
		s, errs := qapigo.Load(fstest.MapFS{
			"s.json":   {Data: []byte("{ 'include': 'sub.json' }")},
			"sub.json": {Data: []byte(sub)},
		}, "s.json", qapigo.Options{Fset: fset})
		for _, d := range errs.All() {
			t.Fatalf("%s: %s", fset.Position(d.Pos), d.Msg)
		}
		return s
	}
	res, err := Merge([]Release{
		{"1", load("{ 'struct': 'Foo', 'data': { 'a': 'str' } } { 'command': 'c', 'data': 'Foo' }")},
		{"2", load("{ 'struct': 'Foo', 'data': { 'a': 'int' } } { 'command': 'c', 'data': 'Foo' }")},
	}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	holder := res.Schema.ByName["FooA"]
	if holder == nil || holder.Kind() != "alternate" || holder.Head().Module.Name != "sub.json" {
		t.Errorf("got %+v, want an alternate in sub.json", holder)
	}
}
