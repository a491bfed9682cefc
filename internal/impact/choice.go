package impact

import (
	"go/ast"
	"go/token"
	"go/types"
)

// enumOf returns the name of the enum of a type, or "".
func (s *scanner) enumOf(t types.Type) (string, bool) {
	if t == nil {
		return "", false
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return "", false
	}
	e, ok := s.types[named.Obj()]
	return e.name, ok && e.kind == "enum"
}

// enumSwitch records a switch over an enum without a default.
func (s *scanner) enumSwitch(n *ast.SwitchStmt) {
	if n.Tag == nil {
		return
	}
	enum, ok := s.enumOf(s.info.TypeOf(n.Tag))
	if ok && !hasDefault(n.Body) {
		s.use(Switch, enum, "", n)
	}
}

// typeSwitch records a type switch over the branches of a union without a default.
func (s *scanner) typeSwitch(n *ast.TypeSwitchStmt) {
	var x ast.Expr
	switch a := n.Assign.(type) {
	case *ast.ExprStmt:
		x = a.X
	case *ast.AssignStmt:
		x = a.Rhs[0]
	}
	assert, ok := ast.Unparen(x).(*ast.TypeAssertExpr)
	if !ok {
		return
	}
	named, ok := types.Unalias(s.info.TypeOf(assert.X)).(*types.Named)
	if !ok {
		return
	}
	if e, ok := s.branches[named.Obj()]; ok && !hasDefault(n.Body) {
		s.use(BranchSwitch, e.name, "", n)
	}
}

func hasDefault(body *ast.BlockStmt) bool {
	for _, c := range body.List {
		if c, ok := c.(*ast.CaseClause); ok && c.List == nil {
			return true
		}
	}
	return false
}

// A choice holds the values that one function compares an expression with.
type choice struct {
	enum   string
	values []string
	at     ast.Node
}

type choiceKey struct {
	fn   ast.Node
	expr string
}

// comparison records a comparison of an enum with one of its values.
func (s *scanner) comparison(n *ast.BinaryExpr) {
	if n.Op != token.EQL && n.Op != token.NEQ {
		return
	}
	x, y := n.X, n.Y
	enum, ok := s.enumOf(s.info.TypeOf(x))
	if !ok {
		return
	}
	value, ok := stringOf(s.info, y)
	if !ok {
		if value, ok = stringOf(s.info, x); !ok {
			return
		}
		x = y
	}
	key := choiceKey{s.function(), types.ExprString(x)}
	c := s.chosen[key]
	if c == nil {
		c = &choice{enum: enum, at: n}
		s.chosen[key] = c
	}
	c.values = append(c.values, value)
}

// function returns the function that contains the current node, or nil.
func (s *scanner) function() ast.Node {
	for i := len(s.stack) - 1; i >= 0; i-- {
		switch s.stack[i].(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			return s.stack[i]
		}
	}
	return nil
}

// reportChoices records the comparisons of the file. [Match] finds out which of them are
// with all values of an enum.
func (s *scanner) reportChoices() {
	for _, c := range s.chosen {
		s.use(Compare, c.enum, "", c.at).Set = c.values
	}
}
