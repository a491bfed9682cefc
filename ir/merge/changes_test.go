package merge

import (
	"slices"
	"testing"
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
