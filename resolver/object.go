package resolver

import (
	"go/token"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/ir"
)

// checkObject checks a struct or union, unless that was done as part of another one.
func (r *resolver) checkObject(e *entity) { r.checkPart(e, nil) }

// A link is a step from an object to one it contains: its base or the type of a branch.
type link struct {
	up   *link // nil for the outermost object
	from *entity
	at   ast.Node
	what string // "base" or "branch 'x'"
	len  int
}

// checkPart checks the object e, which the objects of path contain. It returns false after
// reporting an error if they cannot contain it.
func (r *resolver) checkPart(e *entity, path *link) bool {
	switch {
	case e.state == checked:
	case e.state == checking:
		r.containsItself(e, path)
		return false
	case path != nil && path.len > maxTypeDepth:
		r.tooDeep(path)
		return false
	default:
		e.state = checking
		r.checkHead(e)
		switch def := e.def.(type) {
		case *ir.Struct:
			r.checkStruct(e, def, path)
		case *ir.Union:
			r.checkUnion(e, def, path)
		}
		e.state = checked
	}
	if path == nil {
		return true
	}
	if e.height >= maxTypeDepth {
		r.tooDeep(path)
		return false
	}
	path.from.height = max(path.from.height, e.height+1)
	return true
}

func (r *resolver) tooDeep(path *link) {
	r.errorf(path.from.src, path.at, codeTypeDepth, "bases and branches are nested deeper than %d", maxTypeDepth)
}

// enclose extends path by the step from e to a part of it.
func enclose(path *link, e *entity, at ast.Node, what string) *link {
	l := &link{up: path, from: e, at: at, what: what, len: 1}
	if path != nil {
		l.len += path.len
	}
	return l
}

// containsItself reports the cycle that closes at e, with a note for every step.
func (r *resolver) containsItself(e *entity, path *link) {
	var steps []*link
	for l := path; l != nil; l = l.up {
		steps = append(steps, l)
		if l.from == e {
			break
		}
	}
	first := steps[len(steps)-1]
	name := e.def.Head().Name
	d := r.errorf(e.src, first.at, codeContainsItself, "object %s contains itself", name)
	for i := len(steps) - 1; i >= 0; i-- {
		next := name
		if i > 0 {
			next = steps[i-1].from.def.Head().Name
		}
		d.Note(steps[i].at.Pos(), steps[i].at.End(), "%s '%s' has '%s' as its %s",
			steps[i].from.def.Kind(), steps[i].from.def.Head().Name, next, steps[i].what)
	}
}

func (r *resolver) checkStruct(e *entity, s *ir.Struct, path *link) {
	if src, ok := e.src.(*ast.Struct); ok && src.Base != nil && !r.checkBase(e, src.Base, s.Base, path) {
		s.Base = nil
	}
	for i, written := range e.members {
		r.checkMember(e.src, s, s.Members[i], written)
	}
}

// checkBase reports whether the struct base, which ref names, is valid as the base of e.
func (r *resolver) checkBase(e *entity, ref *ast.Str, base *ir.Struct, path *link) bool {
	if base != nil {
		return r.checkPart(r.entity(base), enclose(path, e, ref, "base"))
	}
	def := r.lookup(ref.Value)
	if def == nil {
		r.unknownType(e.src, ref, "'base'")
		return false
	}
	d := r.errorf(e.src, ref, codeBadBase, "'base' requires a struct type, %s isn't", describe(def))
	noteDef(d, def, "'%s' is defined here", ref.Value)
	return false
}

// checkMember checks the member m of s. Its syntax, written, is part of the definition src.
func (r *resolver) checkMember(src ast.Def, s *ir.Struct, m *ir.Member, written *ast.Member) {
	what := func() string {
		if u, ok := m.Owner.(*ir.Union); ok && u.Simple {
			return "branch '" + written.Name.Value + "'"
		}
		return describeMember(m, src)
	}
	if !bound(m.Type) {
		r.resolved(src, m.Type, &written.Type, what())
	}
	r.checkFeatures(src, written.Features)
	clash := clashName(m.Name)
	other := r.own(s, clash)
	if other == m {
		other = r.find(s.Base, clash)
	}
	if other != nil {
		r.errorf(src, &written.Name, codeNameClash, "%s collides with %s", what(), describeMember(other, src)).
			Note(other.Pos, r.memberEnd(other), "the other member")
	}
}

// find returns the own or inherited member of s that has the given clash name, or nil. The
// struct may be nil.
func (r *resolver) find(s *ir.Struct, clash string) *ir.Member {
	for ; s != nil; s = s.Base {
		if m := r.own(s, clash); m != nil {
			return m
		}
	}
	return nil
}

// memberEnd returns the end of a member's name.
func (r *resolver) memberEnd(m *ir.Member) token.Pos {
	if written := r.written(m); written != nil {
		return written.Name.End()
	}
	return token.NoPos
}

// written returns the syntax of m, or nil for the discriminator of a simple union. Only errors
// need it.
func (r *resolver) written(m *ir.Member) *ast.Member {
	if r.source == nil {
		r.source = make(map[*ir.Member]*ast.Member)
		for _, e := range r.entities {
			for i, written := range e.members {
				r.source[e.def.(*ir.Struct).Members[i]] = written
			}
		}
	}
	return r.source[m]
}
