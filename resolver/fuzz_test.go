package resolver_test

import (
	"go/token"
	"iter"
	"reflect"
	"testing"

	"github.com/qapi-go/qapi-go/ir"
)

// FuzzResolve checks that no schema makes the resolver panic, that its result depends only on
// the text, that there is a schema exactly if there are no errors, and that everything in it is
// bound.
func FuzzResolve(f *testing.F) {
	f.Add(sampleTypes)
	f.Add(sample)
	f.Add(kindEnum + oneA + "{ 'union': 'Uni', 'base': { 'k': 'Kind1', 'a': 'int' }, 'discriminator': 'k', 'data': { 'a': 'Uni', 'b': 'One' } }")
	f.Add("{ 'struct': 'Alfa', 'base': 'Beta', 'data': { 'x': ['Alfa'] } }\n{ 'struct': 'Beta', 'base': 'Alfa', 'data': {} }\n{ 'command': 'c', 'data': 'Alfa' }")
	f.Add("{ 'union': 'Uni', 'data': { 'a': 'Uni', 'b': ['Nope'] } }\n{ 'union': 'Vni', 'base': 'Uni', 'data': {} }")
	f.Add("{ 'alternate': 'Alt', 'data': { 'a': 'Alt', 'b': ['intListList'], 'c': 'q_obj_c-arg', 'd': 'QType' } }\n{ 'command': 'c', 'data': { 'a': 'boolList' }, 'returns': [ 'strList' ] }")
	f.Add("{ 'type': 'Old', 'data': { 'a': 'str' } }\n{ 'union': 'Uni', 'base': 'Old', 'discriminator': 'a', 'data': { 'b': 'Old2' } }\n{ 'type': 'Old2', 'data': {} }")
	f.Add("##\n# @Enu:\n#\n# @a: x\n#\n# Features:\n#\n# @f: y\n##\n{ 'enum': 'Enu', 'data': [ { 'name': 'a', 'features': [ 'f', 'g', 'f' ] } ], 'features': [ 'unstable' ] }")
	f.Add("{ 'event': 'EVT', 'data': { 'a': { 'type': 'int', 'if': { 'any': [ 'A', { 'not': 'B' } ] } } } }\n{ 'event': 'EVT', 'boxed': true, 'data': 'EVT' }")
	f.Fuzz(func(t *testing.T, text string) {
		s, fset, errs := loadText(text)
		last := token.NoPos
		for _, d := range errs.Sorted() {
			if d.Pos < last || d.Pos.IsValid() && fset.File(d.Pos) == nil || d.Msg == "" || d.Code == "" {
				t.Fatalf("bad diagnostic %+v behind %v", d, last)
			}
			last = d.Pos
		}
		again, _, more := loadText(text)
		if errs.Len() != more.Len() || (s == nil) != (again == nil) {
			t.Fatalf("%d diagnostics, then %d", errs.Len(), more.Len())
		}
		for i, d := range errs.All() {
			if !reflect.DeepEqual(d, more.All()[i]) {
				t.Fatalf("%+v, then %+v", d, more.All()[i])
			}
		}
		if s == nil {
			if !errs.HasErrors() {
				t.Fatal("no schema and no error")
			}
			return
		}
		if errs.HasErrors() {
			t.Fatalf("a schema and the error %+v", errs.First())
		}
		known := make(map[ir.Type]bool, len(s.Types))
		for _, typ := range s.Types {
			known[typ] = true
		}
		for ref := range references(s) {
			if !known[ref] {
				t.Errorf("a reference to %v, which is no type of the schema", ref)
			}
		}
		for i, typ := range s.Types {
			checkBound(t, typ)
			if other := again.Types[i].Head(); other.Name != typ.Head().Name || other.Pos != typ.Head().Pos {
				t.Errorf("type %d is %s, then %s", i, typ.Head().Name, other.Name)
			}
		}
	})
}

// references yields each type to which a schema refers. Optional references that are nil are
// skipped.
func references(s *ir.Schema) iter.Seq[ir.Type] {
	return func(yield func(ir.Type) bool) {
		refs := []ir.Type{}
		optional := func(t ir.Type) {
			if t != nil {
				refs = append(refs, t)
			}
		}
		for _, typ := range s.Types {
			switch typ := typ.(type) {
			case *ir.Array:
				refs = append(refs, typ.Elem)
			case *ir.Struct:
				if typ.Base != nil {
					refs = append(refs, typ.Base)
				}
				for _, m := range typ.Members {
					refs = append(refs, m.Type)
				}
			case *ir.Union:
				refs = append(refs, typ.Base, typ.Discriminator.Type)
				for _, b := range typ.Branches {
					optional(b.Type)
				}
			case *ir.Alternate:
				for _, b := range typ.Branches {
					refs = append(refs, b.Type)
				}
			}
		}
		for _, c := range s.Commands {
			optional(c.Arg)
			optional(c.Returns)
		}
		for _, e := range s.Events {
			optional(e.Arg)
		}
		for _, t := range refs {
			if !yield(t) {
				return
			}
		}
	}
}

// checkBound checks that every part of a type is bound.
func checkBound(t *testing.T, typ ir.Type) {
	t.Helper()
	name := typ.Head().Name
	switch typ := typ.(type) {
	case *ir.Array:
		if typ.Elem == nil {
			t.Errorf("%s has no element type", name)
		}
	case *ir.Struct:
		names := make(map[string]bool)
		for _, m := range typ.AllMembers() {
			if names[m.Name] {
				t.Errorf("%s has two members %s", name, m.Name)
			}
			names[m.Name] = true
			if m.Type == nil || m.Owner == nil {
				t.Errorf("%s: member %s is %+v", name, m.Name, m)
			}
		}
	case *ir.Union:
		if typ.Base == nil || typ.Discriminator == nil {
			t.Errorf("%s has base %v and discriminator %v", name, typ.Base, typ.Discriminator)
		}
		names := make(map[string]bool)
		for _, b := range typ.Branches {
			if b.Value == nil || b.Value.Name != b.Name || names[b.Name] {
				t.Errorf("%s: branch %s has the value %+v", name, b.Name, b.Value)
			}
			names[b.Name] = true
		}
		switch tag := typ.Discriminator.Type.(type) {
		case *ir.Enum:
			if len(typ.Branches) != len(tag.Values) {
				t.Errorf("%s has %d branches for %d values", name, len(typ.Branches), len(tag.Values))
			}
		case *ir.Builtin: // up to QEMU 1.7
			if tag.JSON != ir.JSONString {
				t.Errorf("%s has a discriminator of type %s", name, tag.Name)
			}
		default:
			t.Errorf("%s has a discriminator of type %v", name, tag)
		}
	case *ir.Alternate:
		for _, b := range typ.Branches {
			if b.Type == nil || b.JSON == "" {
				t.Errorf("%s: branch %s is %+v", name, b.Name, b)
			}
		}
	}
}
