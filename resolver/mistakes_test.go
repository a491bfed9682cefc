package resolver_test

import (
	"strings"
	"testing"
)

// Definitions that the cases below use.
const (
	kindEnum = "{ 'enum': 'Kind1', 'data': [ 'a', 'b' ] }\n"
	oneA     = "{ 'struct': 'One', 'data': { 'a': 'int' } }\n"
)

// TestMistakes checks each rule with a schema that breaks it: the message, its source span, and
// that there are no other messages. Lines of want are "source: message" in order of discovery,
// each followed by its notes, indented.
func TestMistakes(t *testing.T) {
	tests := []struct {
		name string
		text string
		want string
	}{
		{
			name: "second definition",
			text: oneA + "{ 'enum': 'One', 'data': [] }",
			want: `
'One': 'One' is already defined
  'One': previous definition`,
		},
		{
			name: "the second definition is checked too",
			text: "{ 'enum': 'Foo', 'data': [] }\n{ 'struct': 'Foo', 'data': { 'x': 'Nope' } }",
			want: `
'Foo': 'Foo' is already defined
  'Foo': previous definition
'Nope': member 'x' uses unknown type 'Nope'`,
		},
		{
			name: "built-in type",
			text: "{ 'command': 'bool' }",
			want: `'bool': built-in type 'bool' is already defined`,
		},
		{
			name: "predefined enum",
			text: "{ 'struct': 'QType', 'data': {} }",
			want: `'QType': enum type 'QType' is already defined`,
		},
		{
			name: "second command with arguments",
			text: "{ 'command': 'c', 'data': { 'a': 'int' } }\n{ 'command': 'c', 'data': { 'b': 'int' } }",
			want: `
'c': 'c' is already defined
  'c': previous definition`,
		},
		{
			name: "unknown types at every place, once each",
			text: "{ 'struct': 'Stru', 'base': 'NoBase', 'data': { 'm': 'NoMember' } }\n" +
				"{ 'command': 'c', 'data': { 'p': 'NoParam' }, 'returns': 'NoReturn' }\n" +
				"{ 'command': 'd', 'data': 'NoData' }\n" +
				"{ 'event': 'EVT', 'data': 'NoEvent' }\n" +
				"{ 'alternate': 'Alfa', 'data': { 'x': 'NoBranch' } }",
			want: `
'NoBase': 'base' uses unknown type 'NoBase'
'NoMember': member 'm' uses unknown type 'NoMember'
'NoParam': parameter 'p' uses unknown type 'NoParam'
'NoReturn': command's 'returns' uses unknown type 'NoReturn'
'NoData': command's 'data' uses unknown type 'NoData'
'NoEvent': event's 'data' uses unknown type 'NoEvent'
'NoBranch': branch 'x' uses unknown type 'NoBranch'`,
		},
		{
			name: "unknown element, at each use",
			text: "{ 'struct': 'Stru', 'data': { 'a': ['Nope'], 'b': ['Nope'] } }\n{ 'command': 'c', 'returns': ['Nope'] }",
			want: `
'Nope': struct uses unknown type 'Nope'
'Nope': member 'b' uses unknown type 'Nope'
'Nope': command's 'returns' uses unknown type 'Nope'`,
		},
		{
			name: "spelling of a type",
			text: "{ 'struct': 'BlockInfo', 'data': {} }\n{ 'command': 'query', 'returns': 'BlokInfo' }",
			want: `
'BlokInfo': command's 'returns' uses unknown type 'BlokInfo'
  did you mean 'BlockInfo'?`,
		},
		{
			name: "a command is no type",
			text: "{ 'command': 'c' }\n{ 'struct': 'Stru', 'data': { 'm': 'c' } }",
			want: `
'c': member 'm' uses unknown type 'c'
  'c': 'c' is a command, not a type`,
		},
		{
			name: "array of arrays",
			text: "{ 'struct': 'Stru', 'data': { 'a': ['int'], 'b': ['intList'] } }",
			want: `'intList': array element cannot use array type ['int']`,
		},
		{
			name: "implicit types have no names to use",
			text: "{ 'command': 'c', 'data': { 'a': 'int' } }\n{ 'command': 'd', 'data': 'q_obj_c-arg' }",
			want: `'q_obj_c-arg': command's 'data' uses unknown type 'q_obj_c-arg'`,
		},
		{
			name: "enum values",
			text: "{ 'pragma': { 'member-name-exceptions': [ 'Enu' ] } }\n" +
				"{ 'enum': 'Enu', 'data': [ 'a-b', 'c', 'a_b', 'a-b' ] }",
			want: `
'a_b': value 'a_b' collides with value 'a-b'
  'a-b': the other value
'a-b': value 'a-b' collides with value 'a-b'
  'a-b': the other value`,
		},
		{
			name: "members of a struct",
			text: "{ 'pragma': { 'member-name-exceptions': [ 'Stru' ] } }\n" +
				"{ 'struct': 'Stru', 'data': { 'a-b': 'int', '*a_b': 'int' } }",
			want: `
'*a_b': member 'a_b' collides with member 'a-b'
  'a-b': the other member`,
		},
		{
			name: "inherited members",
			text: oneA + "{ 'struct': 'Two', 'base': 'One', 'data': {} }\n{ 'struct': 'Three', 'base': 'Two', 'data': { 'a': 'str' } }",
			want: `
'a': member 'a' collides with member 'a' of type 'One'
  'a': the other member`,
		},
		{
			name: "parameters",
			text: "{ 'command': 'c', 'data': { 'a': 'int', '*a': 'int' } }",
			want: `
'*a': parameter 'a' collides with parameter 'a'
  'a': the other member`,
		},
		{
			name: "base that is no struct",
			text: "{ 'enum': 'Enu', 'data': [ 'v' ] }\n{ 'struct': 'Stru', 'base': 'Enu', 'data': { 'a': 'int' } }\n" +
				"{ 'union': 'Uni', 'base': 'int', 'discriminator': 'a', 'data': { 'x': 'Stru' } }",
			want: `
'Enu': 'base' requires a struct type, enum type 'Enu' isn't
  'Enu': 'Enu' is defined here
'int': 'base' requires a struct type, built-in type 'int' isn't`,
		},
		{
			name: "base cycle",
			text: "{ 'struct': 'Alfa', 'base': 'Beta', 'data': {} }\n{ 'struct': 'Beta', 'base': 'Gama', 'data': {} }\n{ 'struct': 'Gama', 'base': 'Alfa', 'data': { 'x': 'Nope' } }",
			want: `
'Beta': object Alfa contains itself
  'Beta': struct 'Alfa' has 'Beta' as its base
  'Gama': struct 'Beta' has 'Gama' as its base
  'Alfa': struct 'Gama' has 'Alfa' as its base
'Nope': member 'x' uses unknown type 'Nope'`,
		},
		{
			name: "cycle behind a tail",
			text: "{ 'struct': 'Tail', 'base': 'Alfa', 'data': {} }\n{ 'struct': 'Alfa', 'base': 'Alfa', 'data': {} }",
			want: `
'Alfa': object Alfa contains itself
  'Alfa': struct 'Alfa' has 'Alfa' as its base`,
		},
		{
			name: "cycle through a branch",
			text: kindEnum + "{ 'union': 'Uni', 'base': { 'k': 'Kind1' }, 'discriminator': 'k', 'data': { 'a': 'Uni' } }",
			want: `
'Uni': object Uni contains itself
  'Uni': union 'Uni' has 'Uni' as its branch 'a'`,
		},
		{
			name: "discriminator is no member",
			text: kindEnum + oneA + "{ 'union': 'Uni', 'base': { 'kind': 'Kind1' }, 'discriminator': 'king', 'data': { 'nope': 'One' } }",
			want: `
'king': discriminator 'king' is not a member of 'base'
  : the base is here
  did you mean 'kind'?`,
		},
		{
			name: "discriminator is no enum",
			text: "{ 'struct': 'Beta', 'data': { 'k': 'str' } }\n{ 'struct': 'Stru', 'data': {} }\n" +
				"{ 'union': 'Uni', 'base': 'Beta', 'discriminator': 'k', 'data': { 'a': 'Stru' } }",
			want: `
'k': discriminator member 'k' of base type 'Beta' must be of enum type
  'k': the member is here
  QEMU 2.0 dropped discriminators of type 'str'`,
		},
		{
			name: "discriminator is optional, conditional",
			text: kindEnum +
				"{ 'union': 'Uni', 'base': { '*k': 'Kind1' }, 'discriminator': 'k', 'data': {} }\n" +
				"{ 'union': 'Vni', 'base': { 'k': { 'type': 'Kind1', 'if': 'X' } }, 'discriminator': 'k', 'data': {} }",
			want: `
'k': discriminator member 'k' of 'base' must not be optional
  '*k': the member is here
'k': discriminator member 'k' of 'base' must not be conditional
  'k': the member is here`,
		},
		{
			name: "discriminator of unknown type",
			text: "{ 'union': 'Uni', 'base': { 'k': 'Nope' }, 'discriminator': 'k', 'data': { 'a': 'Nope2' } }",
			want: `
'Nope': base member 'k' uses unknown type 'Nope'
'Nope2': branch 'a' uses unknown type 'Nope2'`,
		},
		{
			name: "union without branches",
			text: "{ 'enum': 'Enu', 'data': [] }\n{ 'union': 'Uni', 'base': { 'k': 'Enu' }, 'discriminator': 'k', 'data': {} }",
			want: `'Uni': union has no branches`,
		},
		{
			name: "branch that is no value",
			text: kindEnum + "{ 'struct': 'Stru', 'data': {} }\n{ 'union': 'Uni', 'base': { 'k': 'Kind1' }, 'discriminator': 'k', 'data': { 'a': 'Stru', 'bb': 'Stru' } }",
			want: `
'bb': branch 'bb' is not a value of enum type 'Kind1'
  'Kind1': 'Kind1' is defined here
  did you mean 'b'?`,
		},
		{
			name: "branch that is no object",
			text: kindEnum + "{ 'alternate': 'Alt', 'data': { 'x': 'int' } }\n" +
				"{ 'union': 'Uni', 'base': { 'k': 'Kind1' }, 'discriminator': 'k', 'data': { 'a': 'int', 'b': 'Alt' } }",
			want: `
'int': branch 'a' cannot use built-in type 'int'
'Alt': branch 'b' cannot use alternate type 'Alt'
  'Alt': 'Alt' is defined here`,
		},
		{
			name: "branch member and base member",
			text: kindEnum + oneA + "{ 'union': 'Uni', 'base': { 'k': 'Kind1', 'a': 'int' }, 'discriminator': 'k', 'data': { 'a': 'One', 'b': 'One' } }",
			want: `
'One': member 'a' of type 'One' collides with base member 'a'
  'a': the member of the branch
  'a': the member of the base`,
		},
		{
			name: "branch member and a member that the base inherits",
			text: kindEnum + "{ 'struct': 'Root', 'data': { 'a': 'int' } }\n{ 'struct': 'Bas', 'base': 'Root', 'data': { 'k': 'Kind1' } }\n" +
				"{ 'struct': 'Large', 'data': { 'a': 'int', 'b': 'int', 'c': 'int' } }\n" +
				"{ 'union': 'Uni', 'base': 'Bas', 'discriminator': 'k', 'data': { 'a': 'Large' } }",
			want: `
'Large': member 'a' of type 'Large' collides with member 'a' of type 'Root'
  'a': the member of the branch
  'a': the member of the base`,
		},
		{
			name: "member that a branch inherits and one that the base inherits",
			text: kindEnum + "{ 'struct': 'Root', 'data': { 'a': 'int' } }\n{ 'struct': 'Bas', 'base': 'Root', 'data': { 'k': 'Kind1' } }\n" +
				"{ 'struct': 'Large', 'data': { 'a': 'int', 'b': 'int', 'c': 'int' } }\n{ 'struct': 'Larger', 'base': 'Large', 'data': { 'd': 'int' } }\n" +
				"{ 'union': 'Uni', 'base': 'Bas', 'discriminator': 'k', 'data': { 'b': 'Larger' } }",
			want: `
'Larger': member 'a' of type 'Large' collides with member 'a' of type 'Root'
  'a': the member of the branch
  'a': the member of the base`,
		},
		{
			name: "member of a nested union's branch",
			text: kindEnum + oneA +
				"{ 'union': 'Inner', 'base': { 'l': 'Kind1' }, 'discriminator': 'l', 'data': { 'b': 'One' } }\n" +
				"{ 'union': 'Uni', 'base': { 'k': 'Kind1', 'a': 'int' }, 'discriminator': 'k', 'data': { 'a': 'Inner' } }",
			want: `
'Inner': member 'a' of type 'One' collides with base member 'a'
  'a': the member of the branch
  'a': the member of the base`,
		},
		{
			name: "nested union whose base is unknown",
			text: kindEnum +
				"{ 'union': 'Inner', 'base': 'Nope', 'discriminator': 'k', 'data': {} }\n" +
				"{ 'union': 'Uni', 'base': { 'k': 'Kind1' }, 'discriminator': 'k', 'data': { 'a': 'Inner' } }",
			want: `'Nope': 'base' uses unknown type 'Nope'`,
		},
		{
			name: "base member of a nested union",
			text: kindEnum +
				"{ 'union': 'Inner', 'base': { 'k': 'Kind1' }, 'discriminator': 'k', 'data': {} }\n" +
				"{ 'union': 'Uni', 'base': { 'k': 'Kind1' }, 'discriminator': 'k', 'data': { 'a': 'Inner' } }",
			want: `
'Inner': base member 'k' of type 'Inner' collides with base member 'k'
  'k': the member of the branch
  'k': the member of the base`,
		},
		{
			name: "alternate branches with one kind of JSON",
			text: "{ 'enum': 'OnOff', 'data': [ 'on', 'off', '2x' ] }\n" +
				"{ 'alternate': 'Alfa', 'data': { 'e': 'OnOff', 'b': 'bool', 'n': 'number' } }\n" +
				"{ 'alternate': 'Beta', 'data': { 's': 'str', 'i': 'int8' } }\n" +
				"{ 'alternate': 'Gama', 'data': { 'i': 'int', 'n': 'number' } }\n" +
				"{ 'alternate': 'Delta', 'data': { 'x': ['int'], 'y': ['str'] } }",
			want: `
'b': 'bool': branch 'b' can't be distinguished from 'e'
  'e': 'OnOff': both can be a JSON boolean
'n': 'number': branch 'n' can't be distinguished from 'e'
  'e': 'OnOff': both can be a JSON number
'i': 'int8': branch 'i' can't be distinguished from 's'
  's': 'str': both can be a JSON number
'n': 'number': branch 'n' can't be distinguished from 'i'
  'i': 'int': both can be a JSON number
'y': ['str']: branch 'y' can't be distinguished from 'x'
  'x': ['int']: both can be a JSON array`,
		},
		{
			name: "alternate branch of any or alternate type",
			text: "{ 'alternate': 'Alfa', 'data': { 'x': 'int' } }\n{ 'alternate': 'Beta', 'data': { 'y': 'Alfa', 'z': 'any' } }",
			want: `
'Alfa': branch 'y' cannot use alternate type 'Alfa'
  'Alfa': 'Alfa' is defined here
'any': branch 'z' cannot use built-in type 'any'`,
		},
		{
			name: "names of alternate branches",
			text: "{ 'alternate': 'Alfa', 'data': { '__x.y_z': 'int', '__x-y_z': 'bool' } }",
			want: `
'__x-y_z': branch '__x-y_z' collides with branch '__x.y_z'
  '__x.y_z': the other branch`,
		},
		{
			name: "arguments that are no object",
			text: "{ 'enum': 'Enu', 'data': [] }\n{ 'command': 'c', 'data': 'Enu' }\n{ 'event': 'EVT', 'data': 'int' }",
			want: `
'Enu': command's 'data' cannot take enum type 'Enu'
  'Enu': 'Enu' is defined here
'int': event's 'data' cannot take built-in type 'int'`,
		},
		{
			name: "union as arguments without 'boxed'",
			text: kindEnum + "{ 'union': 'Uni', 'base': { 'k': 'Kind1' }, 'discriminator': 'k', 'data': {} }\n" +
				"{ 'command': 'c', 'data': 'Uni' }\n{ 'event': 'EVT', 'data': 'Uni' }\n{ 'command': 'd', 'data': 'Uni', 'boxed': true }",
			want: `
'Uni': command's 'data' can take union type 'Uni' only with 'boxed': true
  'Uni': 'Uni' is defined here
'Uni': event's 'data' can take union type 'Uni' only with 'boxed': true
  'Uni': 'Uni' is defined here`,
		},
		{
			name: "conditional arguments without 'boxed'",
			text: "{ 'struct': 'Beta', 'data': { 'x': { 'type': 'int', 'if': 'X' } } }\n" +
				"{ 'struct': 'Stru', 'base': 'Beta', 'data': {} }\n" +
				"{ 'command': 'c', 'data': { 'y': 'int', 'x': { 'type': 'int', 'if': 'X' } } }\n" +
				"{ 'event': 'EVT', 'data': 'Stru' }\n{ 'event': 'EVT2', 'data': 'Stru', 'boxed': true }",
			want: `
'x': conditional command arguments require 'boxed': true
'Stru': conditional event arguments require 'boxed': true
  'x': member 'x' is conditional`,
		},
		{
			name: "arguments with a base cycle",
			text: "{ 'command': 'c', 'data': 'Alfa' }\n{ 'struct': 'Alfa', 'base': 'Alfa', 'data': {} }",
			want: `
'Alfa': object Alfa contains itself
  'Alfa': struct 'Alfa' has 'Alfa' as its base`,
		},
		{
			name: "results that are no object",
			text: "{ 'pragma': { 'command-returns-exceptions': [ 'free' ] } }\n" +
				"{ 'command': 'free', 'returns': 'int' }\n{ 'command': 'c', 'returns': ['int'] }",
			want: `
['int']: command's 'returns' cannot take array type ['int']
  a command must return an object or an array of objects, unless the pragma 'command-returns-exceptions' lists it`,
		},
		{
			name: "features",
			text: "{ 'struct': 'Stru', 'data': { 'm': { 'type': 'int', 'features': [ 'f', 'deprecated', 'f' ] } }, 'features': [ 'g', 'unstable', 'g' ] }",
			want: `
'g': feature 'g' collides with feature 'g'
  'g': the other feature
'unstable': feature 'unstable' is not supported for types
'f': feature 'f' collides with feature 'f'
  'f': the other feature`,
		},
		{
			name: "features of enum values",
			text: "{ 'enum': 'Enu', 'data': [ { 'name': 'v', 'features': [ 'deprecated', 'a-b', 'a-b' ] } ] }",
			want: `
'a-b': feature 'a-b' collides with feature 'a-b'
  'a-b': the other feature`,
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

// mistakes returns the errors of a schema in the form of [TestMistakes].
func mistakes(text string) string {
	_, fset, errs := loadText(text)
	var lines []string
	for _, d := range errs.All() {
		lines = append(lines, source(fset, text, d.Pos, d.End)+": "+d.Msg)
		for _, n := range d.Notes {
			line := "  " + n.Msg
			if n.Pos.IsValid() {
				line = "  " + source(fset, text, n.Pos, n.End) + ": " + n.Msg
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
