package impact

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/packages"
)

// A wrapper is a function that runs a command whose name is one of its
// parameters.
type wrapper struct {
	name int // index of the parameter that is the name
	args int // of the one that is the arguments; -1 if there is none
}

// isRawMethod reports whether a function is the runtime's call by name:
// (*Client).Call(ctx, name, args, result) of qmp or qga.
func isRawMethod(f *types.Func) bool {
	if f.Name() != "Call" || f.Pkg() == nil || f.Signature().Recv() == nil {
		return false
	}
	path := f.Pkg().Path()
	return path == runtimePath || path == "github.com/qapi-go/qapi-go/qga"
}

// findWrappers finds the functions that use a parameter as the name of a command, and those that
// call such functions.
func findWrappers(pkgs []*packages.Package) map[*types.Func]wrapper {
	found := make(map[*types.Func]wrapper)
	for changed := true; changed; {
		changed = false
		for _, p := range pkgs {
			for _, file := range p.Syntax {
				for _, d := range file.Decls {
					decl, ok := d.(*ast.FuncDecl)
					if !ok || decl.Body == nil {
						continue
					}
					f, _ := p.TypesInfo.Defs[decl.Name].(*types.Func)
					if f == nil {
						continue
					}
					if _, known := found[f]; known {
						continue
					}
					if w, ok := wrapperOf(p.TypesInfo, f, decl, found); ok {
						found[f], changed = w, true
					}
				}
			}
		}
	}
	return found
}

func wrapperOf(info *types.Info, f *types.Func, decl *ast.FuncDecl, known map[*types.Func]wrapper) (w wrapper, ok bool) {
	params := f.Signature().Params()
	index := func(e ast.Expr) int {
		id, isIdent := ast.Unparen(e).(*ast.Ident)
		if !isIdent {
			return -1
		}
		for i := range params.Len() {
			if info.Uses[id] == params.At(i) {
				return i
			}
		}
		return -1
	}
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		if ok {
			return false
		}
		name, args := nameAndArgs(info, n, known)
		if name == nil || index(name) < 0 {
			return true
		}
		w, ok = wrapper{index(name), -1}, true
		if args != nil {
			w.args = index(args)
		}
		return false
	})
	return w, ok
}

// nameAndArgs returns the expressions for the name and the arguments of a command
// that a node runs by name, or nil.
func nameAndArgs(info *types.Info, n ast.Node, wrappers map[*types.Func]wrapper) (name, args ast.Expr) {
	switch n := n.(type) {
	case *ast.CallExpr:
		f := callee(info, n)
		switch {
		case f == nil:
		case isRawMethod(f):
			if len(n.Args) >= 2 {
				name = n.Args[1]
			}
			if len(n.Args) >= 3 {
				args = n.Args[2]
			}
		default:
			if w, ok := wrappers[f]; ok && w.name < len(n.Args) {
				name = n.Args[w.name]
				if w.args >= 0 && w.args < len(n.Args) {
					args = n.Args[w.args]
				}
			}
		}
	case *ast.CompositeLit:
		if !isRequest(info.TypeOf(n)) {
			return nil, nil
		}
		for _, elt := range n.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				switch key, _ := kv.Key.(*ast.Ident); {
				case key == nil:
				case key.Name == "Command":
					name = kv.Value
				case key.Name == "Args":
					args = kv.Value
				}
			}
		}
	}
	return name, args
}

// isRequest reports whether a type is qmp.Request.
func isRequest(t types.Type) bool {
	if t == nil {
		return false
	}
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Name() == "Request" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == runtimePath
}

// rawCall records a command that is run by name.
func (s *scanner) rawCall(n *ast.CallExpr, f *types.Func) {
	if name, args := nameAndArgs(s.info, n, s.wrappers); name != nil {
		s.called[f] = true
		s.raw(n, name, args, nil)
	}
}

// requestLiteral records a command in a qmp.Request.
func (s *scanner) requestLiteral(n *ast.CompositeLit, t types.Type) {
	if !isRequest(t) {
		return
	}
	name, args := nameAndArgs(s.info, n, nil)
	if name != nil {
		s.raw(n, name, args, n)
	}
}

func (s *scanner) raw(n ast.Node, name, args ast.Expr, request *ast.CompositeLit) {
	command, ok := stringOf(s.info, name)
	if !ok {
		if f := s.wrapperAround(name); f != nil {
			s.passedOn = append(s.passedOn, passed{f, Unseen{notConstant, s.fset.Position(name.Pos())}})
		} else {
			s.unseen(notConstant, name)
		}
		return
	}
	s.use(Call, command, "", name).Raw = true
	if request != nil && setsTrue(s.info, request, "OOB") {
		s.use(OutOfBand, command, "", name).Raw = true
	}
	if args != nil {
		s.rawArgs(command, args)
	}
}

const notConstant = "the name of the command is not constant"

// A passed is a name that is a parameter of the function around it.
type passed struct {
	f      *types.Func
	unseen Unseen
}

// wrapperAround returns the enclosing function of which a name is a parameter: then the calls of
// that function have the name.
func (s *scanner) wrapperAround(name ast.Expr) *types.Func {
	id, ok := ast.Unparen(name).(*ast.Ident)
	if !ok {
		return nil
	}
	for i := len(s.stack) - 1; i >= 0; i-- {
		decl, ok := s.stack[i].(*ast.FuncDecl)
		if !ok {
			continue
		}
		f, _ := s.info.Defs[decl.Name].(*types.Func)
		if w, ok := s.wrappers[f]; ok && s.info.Uses[id] == f.Signature().Params().At(w.name) {
			return f
		}
		return nil
	}
	return nil
}

// setsTrue reports whether a literal sets a field to true.
func setsTrue(info *types.Info, lit *ast.CompositeLit, field string) bool {
	return slices.ContainsFunc(lit.Elts, func(e ast.Expr) bool {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return false
		}
		key, _ := kv.Key.(*ast.Ident)
		tv := info.Types[kv.Value]
		return key != nil && key.Name == field && tv.Value != nil && tv.Value.String() == "true"
	})
}

// rawArgs records the members of raw arguments: the constant keys of a map, or the
// tags of a struct.
func (s *scanner) rawArgs(command string, args ast.Expr) {
	e := ast.Unparen(args)
	if u, ok := e.(*ast.UnaryExpr); ok {
		e = ast.Unparen(u.X)
	}
	t := s.info.TypeOf(e)
	if t == nil {
		return
	}
	if _, generated := s.entityOf(t); generated {
		return // its fields are seen where they are set
	}
	if lit, ok := e.(*ast.CompositeLit); ok {
		if _, isMap := t.Underlying().(*types.Map); isMap {
			s.mapKeys(command, lit)
			return
		}
	}
	if names := wireNames(t); names != nil {
		for _, name := range names {
			s.use(Write, command, name, args).Raw = true
		}
		return
	}
	if tv := s.info.Types[args]; !tv.IsNil() {
		s.unseen("the arguments of '"+command+"' are not known", args)
	}
}

func (s *scanner) mapKeys(command string, lit *ast.CompositeLit) {
	for _, elt := range lit.Elts {
		kv, ok := elt.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if key, ok := stringOf(s.info, kv.Key); ok {
			s.use(Write, command, key, kv.Key).Raw = true
		} else {
			s.unseen("the name of an argument of '"+command+"' is not constant", kv.Key)
		}
	}
}
