package resolver_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/ir"
)

const sample = `
##
# = A heading
##

{ 'include': 'sub/types.json' }

##
# @query-things:
#
# Ask.
#
# @name: which one
#
# Features:
#
# @unstable: may change
#
# Returns: things
#
# Since: 1.0
##
{ 'command': 'query-things',
  'data': { '*name': { 'type': 'str', 'features': [ 'unstable' ] } },
  'returns': [ 'Thing' ], 'if': 'HAVE_THINGS' }

{ 'command': 'set-thing', 'data': 'Thing', 'boxed': true, 'allow-oob': true, 'success-response': false }
{ 'event': 'THING_GONE', 'data': {} }
{ 'pragma': { 'doc-required': false } }
`

const sampleTypes = `
{ 'enum': 'ThingKind', 'prefix': 'TK', 'data': [ 'plain', { 'name': 'none', 'if': 'X' }, 'fancy', 'last' ] }
{ 'struct': 'ThingBase', 'data': { 'kind': 'ThingKind' } }
{ 'struct': 'ThingCommon', 'base': 'ThingBase', 'data': { '*tags': ['str'] } }
{ 'struct': 'Plain', 'data': { 'parent': 'Thing' }, 'if': { 'all': [ 'A', { 'not': 'B' } ] } }
{ 'union': 'Thing', 'base': 'ThingCommon', 'discriminator': 'kind',
  'data': { 'fancy': { 'type': 'Fancy', 'if': 'Y' }, 'plain': 'Plain' } }
{ 'union': 'Fancy', 'base': { 'how': 'ThingKind' }, 'discriminator': 'how', 'data': {} }
{ 'alternate': 'Ref', 'data': { 'name': 'str', 'thing': 'Thing', 'all': ['Plain'], 'nothing': 'null' } }
`

func loadSample(t *testing.T) *ir.Schema {
	t.Helper()
	s, fset, errs := load(fstest.MapFS{
		"schema.json":    {Data: []byte(sample)},
		"sub/types.json": {Data: []byte(sampleTypes)},
	}, "schema.json")
	for _, d := range errs.All() {
		t.Errorf("%s: %s", fset.Position(d.Pos), d.Msg)
	}
	if t.Failed() {
		t.FailNow()
	}
	return s
}

// TestModules checks the items of each module and their order.
func TestModules(t *testing.T) {
	s := loadSample(t)
	var got []string
	for _, m := range s.Modules {
		got = append(got, m.Name+":")
		for _, item := range m.Items {
			switch item := item.(type) {
			case ir.Def:
				got = append(got, item.Head().Name)
				if item.Head().Module != m {
					t.Errorf("%s: module is %v", item.Head().Name, item.Head().Module)
				}
			case *ir.FreeDoc:
				got = append(got, fmt.Sprintf("%q", item.Doc.Body()))
			}
		}
	}
	want := `schema.json: "= A heading" query-things set-thing THING_GONE ` +
		`sub/types.json: ThingKind ThingBase ThingCommon Plain Thing Fancy Ref`
	if g := strings.Join(got, " "); g != want {
		t.Errorf("got  %s\nwant %s", g, want)
	}
	if s.Root != s.Modules[0] {
		t.Error("the root is not the first module")
	}
}

// TestTypes checks the order of types and the modules of implicit ones.
func TestTypes(t *testing.T) {
	s := loadSample(t)
	var got []string
	for _, typ := range s.Types {
		h := typ.Head()
		if _, ok := typ.(*ir.Builtin); ok {
			continue
		}
		name := h.Name
		if h.Implicit {
			module := "-"
			if h.Module != nil {
				module = h.Module.Name
			}
			name += "(" + module + "," + ir.CondString(h.If) + ")"
		}
		got = append(got, name)
		if s.ByName[h.Name] != ir.Def(typ) {
			t.Errorf("%s is not found by its name", h.Name)
		}
	}
	want := "QType(-,) ThingKind ThingBase strList(-,) ThingCommon Plain Thing q_obj_Fancy-base(sub/types.json,) Fancy " +
		"PlainList(sub/types.json,A and not B) Ref q_obj_query-things-arg(schema.json,HAVE_THINGS) ThingList(sub/types.json,)"
	if g := strings.Join(got, " "); g != want {
		t.Errorf("got  %s\nwant %s", g, want)
	}
}

func TestUnion(t *testing.T) {
	s := loadSample(t)
	u := def[*ir.Union](t, s, "Thing")
	if u.Base.Name != "ThingCommon" || u.Discriminator.Name != "kind" || u.Discriminator.Owner.Head().Name != "ThingBase" {
		t.Errorf("base %s, discriminator %s of %s", u.Base.Name, u.Discriminator.Name, u.Discriminator.Owner.Head().Name)
	}
	var got []string
	for _, b := range u.Branches {
		typ := "-"
		if b.Type != nil {
			typ = b.Type.Kind() + " " + b.Type.Head().Name
		}
		if b.Value == nil || b.Value.Name != b.Name {
			t.Errorf("branch %s has the value %v", b.Name, b.Value)
		}
		got = append(got, fmt.Sprintf("%s: %s if %q", b.Name, typ, ir.CondString(b.If)))
	}
	want := `fancy: union Fancy if "Y"; plain: struct Plain if ""; none: - if "X"; last: - if ""`
	if g := strings.Join(got, "; "); g != want {
		t.Errorf("got  %s\nwant %s", g, want)
	}
	fancy := def[*ir.Union](t, s, "Fancy")
	if !fancy.Base.Implicit || fancy.Base.Members[0].Owner != ir.Def(fancy) {
		t.Error("members of an inline base belong to the union")
	}
}

func TestAlternate(t *testing.T) {
	s := loadSample(t)
	var got []string
	for _, b := range def[*ir.Alternate](t, s, "Ref").Branches {
		got = append(got, b.Name+":"+string(b.JSON))
	}
	if g, want := strings.Join(got, " "), "name:string thing:object all:array nothing:null"; g != want {
		t.Errorf("got %s, want %s", g, want)
	}
}

func TestCommand(t *testing.T) {
	s := loadSample(t)
	query := def[*ir.Command](t, s, "query-things")
	arg, ok := query.Arg.(*ir.Struct)
	if !ok || !arg.Implicit || len(arg.Members) != 1 {
		t.Fatalf("arguments are %v", query.Arg)
	}
	m := arg.Members[0]
	if m.Name != "name" || !m.Optional || m.Owner != ir.Def(query) || !ir.Has(m.Features, "unstable") {
		t.Errorf("argument is %+v", m)
	}
	if m.Doc == nil || m.Doc.Text != "which one" {
		t.Errorf("documentation of the argument is %+v", m.Doc)
	}
	if query.Doc.Body() != "Ask." || query.Doc.Since() != "1.0" || query.Doc.Section(ir.SectionReturns, "").Text != "things" {
		t.Errorf("documentation is %+v", query.Doc)
	}
	if !query.Gen || !query.SuccessResponse || query.Boxed || query.Returns.Head().Name != "ThingList" {
		t.Errorf("query-things is %+v", query)
	}
	set := def[*ir.Command](t, s, "set-thing")
	if set.SuccessResponse || !set.AllowOOB || !set.Boxed || set.Returns != nil || set.Arg != s.ByName["Thing"] {
		t.Errorf("set-thing is %+v", set)
	}
	if gone := def[*ir.Event](t, s, "THING_GONE"); gone.Arg != nil {
		t.Errorf("empty data is %v", gone.Arg)
	}
}

// TestPragma checks that the last setting applies to the whole schema.
func TestPragma(t *testing.T) {
	s := mustLoad(t, "{ 'pragma': { 'command-returns-exceptions': [ 'b' ], 'doc-required': true } }\n"+
		"{ 'pragma': { 'doc-required': false } }\n"+
		"{ 'command': 'a', 'returns': 'int' }\n"+
		"{ 'pragma': { 'command-returns-exceptions': [ 'a' ] } }")
	if p := s.Pragma; p.DocRequired || strings.Join(p.CommandReturnsExceptions, " ") != "a" {
		t.Errorf("pragmas are %+v", p)
	}
}

// TestFormerReturns checks that, in schemas without pragmas, the commands that QEMU's compiler
// used to exempt may return anything.
func TestFormerReturns(t *testing.T) {
	text := "{ 'command': 'guest-sync', 'returns': 'int' }"
	mustLoad(t, text)
	if mistakes("{ 'pragma': { 'doc-required': false } }\n"+text) == "" {
		t.Error("accepted although the schema has pragmas")
	}
}

// TestFormerDocs checks that members need no documentation in schemas of QEMU 8.2 and older.
func TestFormerDocs(t *testing.T) {
	s := mustLoad(t, "##\n# @Stru:\n#\n# Text.\n#\n# @a: text\n#\n# Note: text\n##\n{ 'struct': 'Stru', 'data': { 'a': 'int', 'b': 'int' } }")
	members := def[*ir.Struct](t, s, "Stru").Members
	if members[0].Doc == nil || members[1].Doc != nil {
		t.Errorf("documentation of members is %v, %v", members[0].Doc, members[1].Doc)
	}
}

// TestQEMUFormat checks errors that QEMU's compiler prints in several lines.
func TestQEMUFormat(t *testing.T) {
	tests := []struct {
		name  string
		files fstest.MapFS
		want  string
	}{
		{
			name: "second definition in another file",
			files: fstest.MapFS{
				"a.json":     {Data: []byte("{ 'include': 'sub/b.json' }\n\n{ 'enum': 'One', 'data': [] }")},
				"sub/b.json": {Data: []byte("\n{ 'struct': 'One', 'data': {} }")},
			},
			want: "a.json: In enum 'One':\na.json:3: 'One' is already defined\n" +
				"In file included from a.json:1:\nsub/b.json: In struct 'One':\nsub/b.json:2: previous definition\n",
		},
		{
			name: "several stray sections",
			files: fstest.MapFS{
				"a.json": {Data: []byte("##\n# @c:\n#\n# @a: text\n#\n# Features:\n#\n# @f: text\n#\n# @g: text\n##\n{ 'command': 'c', 'data': { 'a': 'int' } }")},
			},
			want: "a.json:8: documented features 'f', 'g' do not exist\n",
		},
		{
			name: "a mistake in a struct that is checked early, in its own name",
			files: fstest.MapFS{
				"a.json": {Data: []byte("{ 'struct': 'Sub', 'base': 'Base',\n  'data': { 'x': 'Nope' } }\n{ 'struct': 'Base', 'data': { 'y': 'Nope' } }")},
			},
			want: "a.json: In struct 'Base':\na.json:3: member 'y' uses unknown type 'Nope'\n",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, errs := qapigo.Load(test.files, "a.json", qapigo.Options{})
			if s != nil {
				t.Error("there is a schema")
			}
			var got bytes.Buffer
			if err := errs.Print(&got, diag.QEMU); err != nil {
				t.Fatal(err)
			}
			if got.String() != test.want {
				t.Errorf("got:\n%swant:\n%s", got.String(), test.want)
			}
		})
	}
}

// TestAfterShapeErrors checks that nothing that depends on a lost definition is reported, and
// everything else is.
func TestAfterShapeErrors(t *testing.T) {
	tests := []struct {
		name string
		text string
		want []string // what is reported; the first is the cause
	}{
		{
			name: "syntax error",
			text: "{ 'struct': 'Lost' 'data': {} }\n{ 'struct': 'Sub', 'base': 'Lost', 'data': { 'x': 'Nope' } }",
			want: []string{"expected ',' or '}'", "member 'x' uses unknown type 'Nope'"},
		},
		{
			name: "include that is not there",
			text: "{ 'include': 'nope.json' }\n{ 'command': 'c', 'data': 'Lost' }",
			want: []string{"can't read include file 'nope.json': No such file or directory"},
		},
		{
			name: "two kinds in one definition",
			text: "{ 'struct': 'Lost', 'enum': 'Also', 'data': {} }\n{ 'command': 'c', 'data': 'Lost', 'returns': 'Also' }",
			want: []string{"expression must have exactly one key 'enum', 'struct', 'union', 'alternate', 'command', 'event'"},
		},
		{
			name: "member of the base",
			text: kindEnum + "{ 'struct': 'Base', 'data': { 'k': { 'tip': 'Kind1' } } }\n" +
				"{ 'union': 'Uni', 'base': 'Base', 'discriminator': 'k', 'data': { 'a': 'Nope' } }",
			want: []string{"'data' member 'k' misses key 'type'", "branch 'a' uses unknown type 'Nope'"},
		},
		{
			name: "value of the discriminator",
			text: "{ 'enum': 'Enu', 'data': [ 'a', { 'nome': 'b' } ] }\n" + oneA +
				"{ 'union': 'Uni', 'base': { 'k': 'Enu' }, 'discriminator': 'k', 'data': { 'b': 'One' } }",
			want: []string{"'data' member misses key 'name'"},
		},
		{
			name: "union without discriminator",
			text: "{ 'union': 'Uni', 'data': {} }",
			want: []string{"union misses keys 'base', 'discriminator'"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, errs := loadText(test.text)
			var got []string
			for _, d := range errs.All() {
				if d.Code != "unknown-key" { // the other half of a misspelt key
					got = append(got, d.Msg)
				}
			}
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
