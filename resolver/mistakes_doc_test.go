package resolver_test

import (
	"strings"
	"testing"
)

// TestDocMistakes checks the rules for documentation of members and features.
func TestDocMistakes(t *testing.T) {
	doc := func(name string, lines ...string) string {
		return "##\n# @" + name + ":\n#\n# " + strings.Join(lines, "\n# ") + "\n##\n"
	}
	tests := []struct {
		name string
		text string
		want string
	}{
		{
			name: "undocumented members",
			text: doc("Stru", "@a: text") + "{ 'struct': 'Stru', 'data': { 'a': 'int', '*b': 'int' } }\n" +
				doc("Enu", "@v: text") + "{ 'enum': 'Enu', 'data': [ 'v', 'w' ] }\n" +
				doc("Alfa", "text") + "{ 'alternate': 'Alfa', 'data': { 'i': 'int' } }\n" +
				doc("c", "text") + "{ 'command': 'c', 'data': { 'p': 'int' } }\n" +
				doc("EVT", "text") + "{ 'event': 'EVT', 'data': { 'p': 'int' } }\n" +
				doc("Uni", "text") + "{ 'union': 'Uni', 'base': { 'k': 'Enu' }, 'discriminator': 'k', 'data': {} }",
			want: `
'*b': member 'b' lacks documentation
'w': value 'w' lacks documentation
'i': branch 'i' lacks documentation
'p': member 'p' lacks documentation
'p': member 'p' lacks documentation
'k': member 'k' lacks documentation`,
		},
		{
			name: "excepted from documentation",
			text: "{ 'pragma': { 'documentation-exceptions': [ 'Stru' ] } }\n" + doc("Stru", "text") + "{ 'struct': 'Stru', 'data': { 'a': 'int' } }",
			want: "",
		},
		{
			name: "no documentation at all",
			text: "{ 'struct': 'Stru', 'data': { 'a': { 'type': 'int', 'features': [ 'f' ] } } }",
			want: "",
		},
		{
			name: "undocumented features",
			text: doc("Stru", "@a: text", "", "Features:", "", "@f: text") +
				"{ 'struct': 'Stru', 'data': { 'a': { 'type': 'int', 'features': [ 'f', 'h' ] } }, 'features': [ 'g' ] }",
			want: `
'g': feature 'g' lacks documentation
'h': feature 'h' lacks documentation`,
		},
		{
			name: "documented members that are not there",
			text: doc("Beta", "@a: text") + "{ 'struct': 'Beta', 'data': { 'a': 'int' } }\n" +
				doc("Stru", "@a: text", "@bar: text", "@baz: text", "", "Features:", "", "@f: text") +
				"{ 'struct': 'Stru', 'base': 'Beta', 'data': { 'bar': 'int' } }",
			want: `
a: documented member 'a' does not exist
baz: documented member 'baz' does not exist
  did you mean 'bar'?
f: documented feature 'f' does not exist`,
		},
		{
			name: "boxed command has no arguments of its own",
			text: doc("Stru", "@a: text") + "{ 'struct': 'Stru', 'data': { 'a': 'int' } }\n" +
				doc("c", "@a: text") + "{ 'command': 'c', 'data': 'Stru', 'boxed': true }",
			want: `a: documented member 'a' does not exist`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := mistakes(test.text)
			if want := strings.TrimPrefix(test.want, "\n"); got != want {
				t.Errorf("schema:\n%s\ngot:\n%s\nwant:\n%s", test.text, got, want)
			}
		})
	}
}
