package impact

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"strings"
)

// A scanner collects the uses of one file.
type scanner struct {
	*index
	prog     *Program
	fset     *token.FileSet
	info     *types.Info
	wrappers map[*types.Func]wrapper
	called   map[*types.Func]bool // wrappers of which a call was seen
	passedOn []passed

	stack  []ast.Node // from the file to the current node
	chosen map[choiceKey]*choice
}

func (s *scanner) file(f *ast.File) {
	s.chosen = make(map[choiceKey]*choice)
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil {
			s.stack = s.stack[:len(s.stack)-1]
			return true
		}
		s.node(n)
		s.stack = append(s.stack, n)
		return true
	})
	s.reportChoices()
}

func (s *scanner) use(kind Kind, def, part string, at ast.Node) *Use {
	s.prog.Uses = append(s.prog.Uses, Use{Kind: kind, Def: def, Part: part, Pos: s.fset.Position(at.Pos())})
	return &s.prog.Uses[len(s.prog.Uses)-1]
}

func (s *scanner) unseen(why string, at ast.Node) {
	s.prog.Unseen = append(s.prog.Unseen, Unseen{why, s.fset.Position(at.Pos())})
}

func (s *scanner) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.Ident:
		if obj := s.info.Uses[n]; obj != nil {
			s.object(n, obj)
		}
	case *ast.SelectorExpr:
		s.selector(n)
	case *ast.CompositeLit:
		s.literal(n)
	case *ast.CallExpr:
		s.call(n)
	case *ast.SwitchStmt:
		s.enumSwitch(n)
	case *ast.TypeSwitchStmt:
		s.typeSwitch(n)
	case *ast.BinaryExpr:
		s.comparison(n)
	}
}

// object records the use of an object by its name.
func (s *scanner) object(id *ast.Ident, obj types.Object) {
	switch obj := obj.(type) {
	case *types.TypeName:
		if e, ok := s.types[obj]; ok {
			kind := Mention
			if e.kind == "event" {
				kind = Listen
			}
			s.use(kind, e.name, "", id)
		}
	case *types.Const:
		if v, ok := s.values[obj]; ok {
			s.use(Name, v.def, v.part, id)
		}
	case *types.Var:
		s.field(id, obj)
	}
}

// field records a member that is a key of a literal or the field of a selector.
func (s *scanner) field(id *ast.Ident, obj *types.Var) {
	obj = obj.Origin()
	if command, ok := s.handlers[obj]; ok {
		s.use(Handle, command, "", id)
		return
	}
	m, ok := s.fields[obj]
	if !ok {
		return
	}
	read, write := s.access(id)
	if read {
		s.use(Read, m.def, m.part, id)
	}
	if write {
		s.use(Write, m.def, m.part, id)
	}
}

// access reports how the field that an identifier names is used.
func (s *scanner) access(id *ast.Ident) (read, write bool) {
	var node ast.Node = id
	for i := len(s.stack) - 1; i >= 0; i-- {
		switch parent := s.stack[i].(type) {
		case *ast.SelectorExpr:
			if parent.Sel != node && parent.X == node {
				return true, false // x.f.g: f is read
			}
		case *ast.ParenExpr:
		case *ast.KeyValueExpr:
			if parent.Key == node && i > 0 {
				_, literal := s.stack[i-1].(*ast.CompositeLit)
				return !literal, literal
			}
			return true, false
		case *ast.AssignStmt:
			for _, l := range parent.Lhs {
				if l == node {
					return parent.Tok != token.ASSIGN && parent.Tok != token.DEFINE, true
				}
			}
			return true, false
		case *ast.RangeStmt:
			if parent.Key == node || parent.Value == node {
				return false, true
			}
			return true, false
		case *ast.IncDecStmt:
			return true, true
		case *ast.UnaryExpr:
			return true, parent.Op == token.AND
		case *ast.IndexExpr:
			if parent.X != node {
				return true, false
			}
			// x.f[i] = v changes what is in it.
			read, write := s.outer(i)
			return read || write, write
		case *ast.StarExpr: // *x.f = v
			read, write := s.outer(i)
			return read || write, write
		default:
			return true, false
		}
		node = s.stack[i]
	}
	return true, false
}

// outer reports how the expression at a depth of the stack is used.
func (s *scanner) outer(depth int) (read, write bool) {
	if depth == 0 {
		return true, false
	}
	if a, ok := s.stack[depth-1].(*ast.AssignStmt); ok {
		for _, l := range a.Lhs {
			if l == s.stack[depth] {
				return false, true
			}
		}
	}
	return true, false
}

// selector records a method of a client, also through an interface that the client
// implements. Fields are noted by their identifiers.
func (s *scanner) selector(n *ast.SelectorExpr) {
	sel := s.info.Selections[n]
	if sel == nil {
		return
	}
	f, ok := sel.Obj().(*types.Func)
	if !ok {
		return
	}
	if command, ok := s.commands[f.Origin()]; ok {
		s.use(Call, command, "", n.Sel)
		return
	}
	iface, ok := sel.Recv().Underlying().(*types.Interface)
	if !ok {
		return
	}
	for client := range s.clients {
		if types.Implements(types.NewPointer(client), iface) {
			if obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(client), true, f.Pkg(), f.Name()); obj != nil {
				if m, ok := obj.(*types.Func); ok && s.commands[m] != "" {
					s.use(Call, s.commands[m], "", n.Sel)
					return
				}
			}
		}
	}
}

// literal records a composite literal of a generated type, with the members that it
// sets. The type may be left out, as in a literal of a list.
func (s *scanner) literal(n *ast.CompositeLit) {
	t := s.info.TypeOf(n)
	if t == nil {
		return
	}
	if p, ok := t.Underlying().(*types.Pointer); ok { // &T left out
		t = p.Elem()
	}
	s.requestLiteral(n, t)
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return
	}
	e, ok := s.types[named.Obj()]
	if !ok {
		return
	}
	u := s.use(Make, e.name, "", n)
	for _, elt := range n.Elts {
		kv, ok := elt.(*ast.KeyValueExpr)
		if !ok {
			u.Unkeyed = true
			continue
		}
		if id, ok := kv.Key.(*ast.Ident); ok {
			if f, ok := s.info.Uses[id].(*types.Var); ok {
				u.Set = append(u.Set, s.fields[f.Origin()].part)
			}
		}
	}
}

// call records calls whose use is unknown, and commands that are run by name.
func (s *scanner) call(n *ast.CallExpr) {
	f := callee(s.info, n)
	if f == nil {
		return
	}
	if f.Pkg() != nil && f.Pkg().Path() == "reflect" {
		for _, arg := range n.Args {
			if e, ok := s.entityOf(s.info.TypeOf(arg)); ok {
				s.unseen("reflection on "+e.kind+" '"+e.name+"'", n)
			}
		}
	}
	s.rawCall(n, f)
}

// entityOf returns the entity of a type, or of the element of a pointer or list.
func (s *scanner) entityOf(t types.Type) (entity, bool) {
	for range 10 {
		switch u := types.Unalias(t).(type) {
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		case *types.Named:
			e, ok := s.types[u.Obj()]
			return e, ok
		default:
			return entity{}, false
		}
	}
	return entity{}, false
}

// callee returns the function or method that a call runs, or nil.
func callee(info *types.Info, n *ast.CallExpr) *types.Func {
	fun := ast.Unparen(n.Fun)
	switch e := fun.(type) {
	case *ast.IndexExpr:
		fun = e.X
	case *ast.IndexListExpr:
		fun = e.X
	}
	var id *ast.Ident
	switch e := fun.(type) {
	case *ast.Ident:
		id = e
	case *ast.SelectorExpr:
		id = e.Sel
	default:
		return nil
	}
	f, _ := info.Uses[id].(*types.Func)
	if f != nil {
		f = f.Origin()
	}
	return f
}

// wireNames returns the names of the fields of a struct on the wire.
func wireNames(t types.Type) []string {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	var names []string
	for i := range st.NumFields() {
		f := st.Field(i)
		tag, tagged := reflect.StructTag(st.Tag(i)).Lookup("json")
		name, _, _ := strings.Cut(tag, ",")
		switch {
		case f.Embedded() && !tagged:
			names = append(names, wireNames(f.Type())...)
		case !f.Exported() || name == "-":
		case name == "":
			names = append(names, f.Name())
		default:
			names = append(names, name)
		}
	}
	return names
}
