package impact

import (
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/ir"
)

// A Hit is a change that affects a program, with the places.
type Hit struct {
	Change *compat.Change
	Uses   []Use // by position, each place once

	// Compiler describes how the Go source of the generated package changes; empty if it
	// does not.
	Compiler string
	// Advice is what the documentation says about something deprecated or unstable.
	Advice string
}

// Match returns the changes between old and new that affect a program, in their order. The
// program uses a package generated from old.
func Match(p *Program, old, new *ir.Schema, changes []*compat.Change) []Hit {
	m := &matcher{paths: newPaths(old, new), uses: make(map[useKey][]Use)}
	for _, u := range p.Uses {
		m.uses[useKey{u.Kind, u.Def, u.Part}] = append(m.uses[useKey{u.Kind, u.Def, u.Part}], u)
	}
	var hits []Hit
	for _, c := range changes {
		uses := m.match(c)
		if strings.HasPrefix(string(c.Rule), "GO_") { // the compiler does not check raw names
			uses = slices.DeleteFunc(slices.Clone(uses), func(u Use) bool { return u.Raw })
		}
		if len(uses) > 0 {
			slices.SortStableFunc(uses, func(a, b Use) int { return comparePos(a.Pos, b.Pos) })
			uses = slices.CompactFunc(uses, func(a, b Use) bool { return a.Pos == b.Pos })
			hits = append(hits, Hit{Change: c, Uses: uses})
		}
	}
	return hits
}

type useKey struct {
	kind      Kind
	def, part string
}

// A matcher finds the uses that a change affects.
type matcher struct {
	*paths
	uses map[useKey][]Use
}

// match returns the uses that a change affects. A new optional member affects only literals
// without member names.
func (m *matcher) match(c *compat.Change) []Use {
	switch c.Rule {
	case compat.RuleCommandRemoved:
		return m.definition(c.Path, Call, Handle)
	case compat.RuleReturnRemoved, compat.RuleReturnAdded:
		return m.definition(strings.TrimSuffix(c.Path, ".return"), Call, Handle)
	case compat.RuleEventRemoved:
		return m.definition(c.Path, Listen)
	case compat.RuleAllowOOBDropped:
		return m.definition(c.Path, OutOfBand)
	case compat.RuleAllowPreconfigDropped, compat.RuleSuccessResponseDropped:
		return m.definition(c.Path, Call)
	case compat.RuleGoSignatureChanged:
		return m.definition(c.Path, Call, Handle)
	case compat.RuleExtraArgsRefused:
		return m.part(Write, member{c.Path, extraPart})
	case compat.RuleArgAddedMandatory:
		return m.required(c.Path, true)
	case compat.RuleOptionalToMandatory:
		if c.Direction == compat.Send {
			// A raw argument that is given has no Go type that changes.
			set := slices.DeleteFunc(m.access(c.Path), func(u Use) bool { return u.Raw })
			return append(set, m.required(c.Path, false)...)
		}
		return m.access(c.Path)
	case compat.RuleArgAddedOptional, compat.RuleMemberAdded:
		return m.unkeyed(c.Path)
	case compat.RuleArgRemoved, compat.RuleMemberRemoved, compat.RuleGoFieldRemoved, compat.RuleMovedToBranch:
		return append(m.access(c.Path), m.unkeyed(c.Path)...)
	case compat.RuleMandatoryToOptional, compat.RuleGoFieldTypeChanged,
		compat.RuleTypeChanged, compat.RuleTypeNarrowed, compat.RuleTypeWidened, compat.RuleIntRangeChanged, compat.RuleStringToEnum, compat.RuleEnumToString,
		compat.RuleAltRemoved, compat.RuleAltAdded, compat.RuleWidenedToAlternate, compat.RuleAlternateToSingle:
		return m.typeChanged(c.Path)
	case compat.RuleEnumValueRemoved, compat.RuleGoConstantRemoved:
		return m.value(c.Path)
	case compat.RuleBranchRemoved:
		return append(m.value(c.Path), m.branchType(c.Path)...)
	case compat.RuleEnumValueAdded:
		return m.newValue(c)
	case compat.RuleBranchAdded:
		return append(m.newValue(c), m.newBranch(c)...)
	case compat.RuleDeprecated, compat.RuleStableToUnstable, compat.RuleCondNarrowed, compat.RuleDeprecationTooShort:
		return m.anyUse(c.Path)
	case compat.RuleGoTypeRemoved, compat.RuleGoNameChanged, compat.RuleGoKindChanged:
		return m.definition(c.Path, Mention, Listen)
	}
	return nil
}

// definition returns the uses of a definition.
func (m *matcher) definition(name string, kinds ...Kind) []Use {
	var uses []Use
	for _, k := range kinds {
		uses = append(uses, m.uses[useKey{k, name, ""}]...)
	}
	return uses
}

func (m *matcher) part(k Kind, p member) []Use { return m.uses[useKey{k, p.def, p.part}] }

// access returns the places where a member is read or set.
func (m *matcher) access(path string) []Use {
	var uses []Use
	for _, p := range m.members[path] {
		uses = append(append(uses, m.part(Read, p)...), m.part(Write, p)...)
	}
	if def, name, ok := strings.Cut(path, "."); ok { // a branch of an alternate, by its field
		for _, kind := range []Kind{Read, Write} {
			for key, list := range m.uses {
				if key.kind == kind && key.def == def && strings.EqualFold(strings.Trim(key.part, "()"), goLetters(name)) && strings.HasPrefix(key.part, "(") {
					uses = append(uses, list...)
				}
			}
		}
	}
	return uses
}

// goLetters returns a name without word separators.
func goLetters(name string) string {
	return strings.NewReplacer("-", "", "_", "", ".", "").Replace(name)
}

// typeChanged returns the uses of something whose type changed: a member, or the result of
// a command.
func (m *matcher) typeChanged(path string) []Use {
	if command, ok := strings.CutSuffix(path, ".return"); ok && m.commands[command] != nil {
		return m.definition(command, Call, Handle)
	}
	uses := m.access(path)
	if m.types[path] != nil { // such as the discriminator of a union
		uses = append(uses, m.definition(path, Mention, Listen)...)
	}
	return uses
}

// required returns the places that do not set a now mandatory member: calls of a command
// that takes it, if they cannot have set it, and literals of its type without it. A type
// without literals may be set elsewhere: then it returns where the command is run or the
// type is used.
func (m *matcher) required(path string, isNew bool) []Use {
	var uses []Use
	for _, p := range m.members[path] {
		calls := m.definition(p.def, Call)
		if isNew && len(calls) > 0 {
			uses = append(uses, calls...)
			continue
		}
		made := m.definition(p.def, Make)
		for _, u := range made {
			if !slices.Contains(u.Set, p.part) {
				uses = append(uses, u)
			}
		}
		for _, u := range calls { // raw arguments, or none
			if !m.gives(u, p) && len(made) == 0 {
				uses = append(uses, u)
			}
		}
		if len(made)+len(calls) == 0 {
			uses = append(uses, m.definition(p.def, Mention)...)
		}
	}
	return uses
}

// gives reports whether a member is set in the statement of a call, by raw arguments.
func (m *matcher) gives(call Use, p member) bool {
	return slices.ContainsFunc(m.part(Write, p), func(u Use) bool {
		return u.Pos.Filename == call.Pos.Filename && u.Pos.Line >= call.Pos.Line && u.Pos.Line <= call.Pos.Line+rawLines
	})
}

// rawLines is the number of lines below the name of a command in which its raw arguments are
// looked for.
const rawLines = 20

// unkeyed returns the literals that set members by position, which break if the number of members
// changes.
func (m *matcher) unkeyed(path string) []Use {
	var uses []Use
	for _, p := range m.members[path] {
		for _, u := range m.definition(p.def, Make) {
			if u.Unkeyed {
				uses = append(uses, u)
			}
		}
	}
	return uses
}

// value returns the uses of a value.
func (m *matcher) value(path string) []Use {
	var uses []Use
	for _, v := range m.values[path] {
		uses = append(uses, m.part(Name, v)...)
	}
	return uses
}

// branchType returns the uses of the type of a branch, if no other branch has it.
func (m *matcher) branchType(path string) []Use {
	var uses []Use
	for _, b := range m.branches[path] {
		if b.only {
			uses = append(uses, m.definition(b.typ, Mention)...)
		}
	}
	return uses
}

// newValue returns the places that assume a closed enum: switches without a default, and
// comparisons with each value. It only matters if the value can be received.
func (m *matcher) newValue(c *compat.Change) []Use {
	if c.Direction != compat.Recv {
		return nil
	}
	var uses []Use
	for _, v := range m.values[c.Path] {
		uses = append(uses, m.definition(v.def, Switch)...)
		enum := m.enums[v.def]
		if enum == nil {
			continue
		}
		for _, u := range m.definition(v.def, Compare) {
			if comparesAll(u.Set, enum, v.part) {
				uses = append(uses, u)
			}
		}
	}
	return uses
}

// comparesAll reports whether values are all values of an enum except a new one.
func comparesAll(values []string, e *ir.Enum, added string) bool {
	for _, v := range e.Values {
		if v.Name != added && !slices.Contains(values, v.Name) {
			return false
		}
	}
	return true
}

// newBranch returns the type switches over a union's branches without a default.
func (m *matcher) newBranch(c *compat.Change) []Use {
	if c.Direction != compat.Recv {
		return nil
	}
	var uses []Use
	for _, b := range m.branches[c.Path] {
		uses = append(uses, m.definition(b.union, BranchSwitch)...)
	}
	return uses
}

// anyUse returns all uses of what a path refers to.
func (m *matcher) anyUse(path string) []Use {
	uses := m.definition(path, Call, Handle, Listen, Mention)
	uses = append(uses, m.access(path)...)
	return append(uses, m.value(path)...)
}
