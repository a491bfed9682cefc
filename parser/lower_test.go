package parser

import (
	"fmt"
	"go/token"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
)

// TestLower checks the syntax trees of definitions in a short notation.
func TestLower(t *testing.T) {
	tests := []struct{ src, want string }{
		{"{ 'enum': 'Ee', 'data': [ 'a', { 'name': '2-b', 'if': 'C', 'features': [ 'd' ] } ], 'prefix': 'P' }",
			"enum Ee prefix P: a, 2-b if C features d"},
		{"{ 'data': {}, 'struct': 'Ss' }", "struct Ss:"},
		{"{ 'struct': 'Ss', 'base': 'Bb', 'data': { 'a': 'int', '*b': [ 'str' ], 'c': { 'type': [ 'Cc' ], 'if': { 'not': 'D' }, 'features': [ { 'name': 'e', 'if': 'F' } ] } } }",
			"struct Ss base Bb: a int, b? [str], c [Cc] if !D features e if F"},
		{"{ 'union': 'Uu', 'base': { 'k': 'Kk' }, 'discriminator': 'k', 'data': { 'x': 'Xx', 'y': { 'type': 'Yy', 'if': 'Z' } } }",
			"union Uu base {k Kk} by k: x Xx, y Yy if Z"},
		{"{ 'union': 'Uu', 'base': 'Bb', 'discriminator': 'k', 'data': {} }", "union Uu base Bb by k:"},
		{"{ 'alternate': 'Aa', 'data': { 'x': 'Xx', 'y': [ 'Yy' ] } }", "alternate Aa: x Xx, y [Yy]"},
		{"{ 'command': 'cc' }", "command cc"},
		{"{ 'command': 'cc', 'data': {} }", "command cc {}"},
		{"{ 'command': 'cc', 'data': 'Dd', 'returns': [ 'Rr' ], 'boxed': true, 'gen': false, 'success-response': false, 'allow-oob': true, 'allow-preconfig': true }",
			"command cc Dd returns [Rr] boxed no-gen no-success-response allow-oob allow-preconfig"},
		{"{ 'command': 'cc', 'data': { '*a': 'any' }, 'coroutine': true, 'features': [ 'f', 'g' ] }",
			"command cc {a? any} coroutine features f, g"},
		{"{ 'event': 'EE', 'if': { 'all': [ 'A', { 'any': [ 'B', 'C' ] } ] } }", "event EE if (A && (B || C))"},
		{"{ 'event': 'EE', 'data': 'Dd', 'boxed': true }", "event EE Dd boxed"},
		{"{ 'struct': '__org.example_Ss', 'data': { '__org.example_a-b': 'int', 'x-c': 'int' } }",
			"struct __org.example_Ss: __org.example_a-b int, x-c int"},
	}
	for _, test := range tests {
		var errs diag.List
		res := Load(token.NewFileSet(), Source{FS: fstest.MapFS{"a": file(test.src)}, Root: "a"}, &errs)
		for _, d := range errs.All() {
			t.Errorf("%s: %s", test.src, d.Msg)
		}
		if len(res.Root.Decls) != 1 {
			t.Errorf("%s: %d declarations", test.src, len(res.Root.Decls))
			continue
		}
		if got := short(res.Root.Decls[0].(ast.Def)); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.src, got, test.want)
		}
	}
}

// TestMixedMembers checks a schema that has both nested structs and members in the long form,
// which a later release added.
func TestMixedMembers(t *testing.T) {
	text := strings.Repeat("{ 'type': 'Foo', 'data': {} }\n", maxWeight) +
		"{ 'type': 'Bar', 'data': { 'long': { 'type': 'int' }, 'nested': { 'b': 'str' } } }"
	out, res := loadDialect(t, "", text)
	if out != "" {
		t.Fatal(out)
	}
	members := res.Root.Decls[maxWeight].(*ast.Struct).Members
	if m := members[0]; m.Type.Nested || m.Type.Name.Value != "int" {
		t.Errorf("member in long form: %+v", m)
	}
	if m := members[1]; !m.Type.Nested || len(m.Type.Members) != 1 {
		t.Errorf("nested struct: %+v", m)
	}
}

// TestIncomplete checks that an invalid definition is kept, so that its uses can be checked,
// and is marked incomplete.
func TestIncomplete(t *testing.T) {
	const src = "{ 'struct': 'Ss', 'data': { 'a': 1 } }\n{ 'struct': 'Tt', 'data': { 'a': [], 'b': 'int' } }\n{ 'enum': 'Ee', 'data': [ 'a' ] }"
	var errs diag.List
	res := Load(token.NewFileSet(), Source{FS: fstest.MapFS{"a": file(src)}, Root: "a"}, &errs)
	var got []string
	for _, d := range res.Root.Decls {
		got = append(got, fmt.Sprintf("%s %t", short(d.(ast.Def)), d.(ast.Def).Head().Incomplete))
	}
	if want := "struct Tt: b int true|enum Ee: a false"; strings.Join(got, "|") != want {
		t.Errorf("got %s, want %s", strings.Join(got, "|"), want)
	}
	if errs.Errors() != 2 {
		t.Errorf("%d errors, want 2", errs.Errors())
	}
}

// short returns a definition in one line.
func short(def ast.Def) string {
	h := def.Head()
	s := def.Keyword() + " " + h.Name.Value
	switch d := def.(type) {
	case *ast.Enum:
		if d.Prefix != nil {
			s += " prefix " + d.Prefix.Value
		}
		s += list(d.Values, func(v *ast.EnumValue) string { return v.Name.Value + extras(v.If, v.Features) })
	case *ast.Struct:
		if d.Base != nil {
			s += " base " + d.Base.Value
		}
		s += list(d.Members, shortMember)
	case *ast.Union:
		s += " base " + shortData(d.Base.Name, d.Base.Members) + " by " + d.Discriminator.Value
		s += list(d.Branches, shortBranch)
	case *ast.Alternate:
		s += list(d.Branches, shortBranch)
	case *ast.Command:
		if d.Data != nil {
			s += " " + shortData(d.Data.Name, d.Data.Members)
		}
		if d.Returns != nil {
			s += " returns " + shortType(*d.Returns)
		}
		s += flag(d.Boxed, "boxed") + flag(d.NoGen, "no-gen") + flag(d.NoSuccessResponse, "no-success-response") +
			flag(d.AllowOOB, "allow-oob") + flag(d.AllowPreconfig, "allow-preconfig") + flag(d.Coroutine, "coroutine")
	case *ast.Event:
		if d.Data != nil {
			s += " " + shortData(d.Data.Name, d.Data.Members)
		}
		s += flag(d.Boxed, "boxed")
	}
	return s + extras(h.If, h.Features)
}

func flag(set bool, name string) string {
	if set {
		return " " + name
	}
	return ""
}

func list[T any](items []T, one func(T) string) string {
	s := ":"
	for i, item := range items {
		if i > 0 {
			s += ","
		}
		s += " " + one(item)
	}
	return s
}

func shortData(name *ast.Str, members []*ast.Member) string {
	if name != nil {
		return name.Value
	}
	return "{" + strings.TrimPrefix(strings.TrimPrefix(list(members, shortMember), ":"), " ") + "}"
}

func shortMember(m *ast.Member) string {
	s := m.Name.Value
	if m.Optional {
		s += "?"
	}
	return s + " " + shortType(m.Type) + extras(m.If, m.Features)
}

func shortBranch(b *ast.Branch) string {
	return b.Name.Value + " " + shortType(b.Type) + extras(b.If, nil)
}

func shortType(r ast.TypeRef) string {
	if r.Array {
		return "[" + r.Name.Value + "]"
	}
	return r.Name.Value
}

func extras(c ast.Cond, features []*ast.Feature) string {
	s := ""
	if c != nil {
		s += " if " + shortCond(c)
	}
	if features != nil {
		s += " features" + strings.TrimPrefix(list(features, func(f *ast.Feature) string {
			return f.Name.Value + extras(f.If, nil)
		}), ":")
	}
	return s
}

func shortCond(c ast.Cond) string {
	join := func(conds []ast.Cond, op string) string {
		var parts []string
		for _, c := range conds {
			parts = append(parts, shortCond(c))
		}
		return "(" + strings.Join(parts, op) + ")"
	}
	switch c := c.(type) {
	case *ast.CondMacro:
		return c.Name
	case *ast.CondAll:
		return join(c.Conds, " && ")
	case *ast.CondAny:
		return join(c.Conds, " || ")
	case *ast.CondNot:
		return "!" + shortCond(c.Cond)
	}
	return "?"
}
