package facts

import (
	"slices"

	"github.com/qapi-go/qapi-go/ir"
)

type valueFact struct {
	Name     string        `json:"name"`
	If       any           `json:"if"`
	Features []featureFact `json:"features"`
	Releases ir.Presence   `json:"releases,omitempty"`
}

// A memberFact is a member as written.
type memberFact struct {
	Name     string        `json:"name"`
	Type     any           `json:"type"` // a name, or a nestedFact
	Optional bool          `json:"optional"`
	If       any           `json:"if"`
	Features []featureFact `json:"features"`
	Releases ir.Presence   `json:"releases,omitempty"`
}

// A nestedFact is a struct without a name in place of a member's type.
type nestedFact struct {
	Inline []memberFact `json:"inline"`
}

// A flatFact is a member of an object, own or inherited; From is the definition that
// contains it.
type flatFact struct {
	Name     string `json:"name"`
	Type     any    `json:"type"`
	Optional bool   `json:"optional"`
	From     string `json:"from"`
}

type branchFact struct {
	Name     string      `json:"name"`
	Type     string      `json:"type"`
	If       any         `json:"if"`
	Releases ir.Presence `json:"releases,omitempty"`
}

type enumFact struct {
	headFact
	Prefix *string     `json:"prefix"`
	Values []valueFact `json:"values"`
}

type structFact struct {
	headFact
	Base       *string      `json:"base"`
	Members    []memberFact `json:"members"`
	AllMembers []flatFact   `json:"all_members"`
}

type unionFact struct {
	headFact
	Style             string       `json:"style"` // "flat" or "simple"
	Base              *string      `json:"base"`
	BaseMembers       []memberFact `json:"base_members"` // null unless the base is given inline
	Discriminator     string       `json:"discriminator"`
	DiscriminatorType string       `json:"discriminator_type"`
	Branches          []branchFact `json:"branches"`
	EmptyBranches     []string     `json:"empty_branches"`
	AllMembers        []flatFact   `json:"all_members"`
}

type alternateFact struct {
	headFact
	Branches []branchFact `json:"branches"`
}

// An argsFact holds the arguments: a named type or members, never both.
type argsFact struct {
	ArgType *string      `json:"arg_type"`
	Args    []memberFact `json:"args"`
}

type commandFact struct {
	headFact
	argsFact
	Returns         *string `json:"returns"`
	Boxed           bool    `json:"boxed"`
	Gen             bool    `json:"gen"`
	SuccessResponse bool    `json:"success_response"`
	AllowOOB        bool    `json:"allow_oob"`
	AllowPreconfig  bool    `json:"allow_preconfig"`
	Coroutine       bool    `json:"coroutine"`
}

type eventFact struct {
	headFact
	argsFact
	Boxed bool `json:"boxed"`
}

// defFacts returns the facts of a definition.
func defFacts(def ir.Def, head headFact) any {
	switch def := def.(type) {
	case *ir.Enum:
		f := enumFact{headFact: head, Values: make([]valueFact, len(def.Values))}
		if def.Prefix != "" {
			f.Prefix = &def.Prefix
		}
		for i, v := range def.Values {
			f.Values[i] = valueFact{v.Name, condFact(v.If), featureFacts(v.Features), v.In}
		}
		return f
	case *ir.Struct:
		return structFact{head, baseName(def.Base), memberFacts(def.Members), flatFacts(def.AllMembers())}
	case *ir.Union:
		return unionFacts(def, head)
	case *ir.Alternate:
		f := alternateFact{headFact: head, Branches: make([]branchFact, len(def.Branches))}
		for i, b := range def.Branches {
			f.Branches[i] = branchFact{b.Name, typeName(b.Type), condFact(b.If), b.In}
		}
		return f
	case *ir.Command:
		return commandFact{
			headFact:        head,
			argsFact:        argFacts(def.Arg),
			Returns:         optionalType(def.Returns),
			Boxed:           def.Boxed,
			Gen:             def.Gen,
			SuccessResponse: def.SuccessResponse,
			AllowOOB:        def.AllowOOB,
			AllowPreconfig:  def.AllowPreconfig,
			Coroutine:       def.Coroutine,
		}
	case *ir.Event:
		return eventFact{head, argFacts(def.Arg), def.Boxed}
	}
	return head
}

func unionFacts(u *ir.Union, head headFact) unionFact {
	f := unionFact{
		headFact:          head,
		Style:             "flat",
		Discriminator:     u.Discriminator.Name,
		DiscriminatorType: typeName(u.Discriminator.Type),
		Branches:          []branchFact{},
		EmptyBranches:     []string{},
		AllMembers:        []flatFact{},
	}
	base := u.Base
	switch {
	case u.Simple:
		f.Style = "simple"
		base = u.Base.Base
	case base.Implicit:
		f.BaseMembers = memberFacts(base.Members)
	}
	f.Base = baseName(base)
	if base != nil {
		f.AllMembers = flatFacts(base.AllMembers())
	}
	for _, b := range u.Branches {
		switch t := b.Type; {
		case t == nil:
			f.EmptyBranches = append(f.EmptyBranches, b.Name)
			continue
		case u.Simple:
			wrapped := t.(*ir.Struct).Members[0].Type
			f.Branches = append(f.Branches, branchFact{b.Name, typeName(wrapped), condFact(b.If), b.In})
		default:
			f.Branches = append(f.Branches, branchFact{b.Name, typeName(t), condFact(b.If), b.In})
		}
	}
	slices.Sort(f.EmptyBranches)
	return f
}

// baseName returns the name of a base, nil if there is none or it has no name.
func baseName(base *ir.Struct) *string {
	if base == nil || base.Implicit {
		return nil
	}
	return &base.Name
}

func argFacts(arg ir.Type) argsFact {
	if s, ok := arg.(*ir.Struct); ok && s.Implicit {
		return argsFact{Args: memberFacts(s.Members)}
	}
	return argsFact{ArgType: optionalType(arg)}
}

func memberFacts(members []*ir.Member) []memberFact {
	facts := make([]memberFact, len(members))
	for i, m := range members {
		facts[i] = memberFact{m.Name, memberType(m), m.Optional, condFact(m.If), featureFacts(m.Features), m.In}
	}
	return facts
}

func flatFacts(members []*ir.Member) []flatFact {
	facts := make([]flatFact, len(members))
	for i, m := range members {
		facts[i] = flatFact{m.Name, memberType(m), m.Optional, m.Owner.Head().Name}
	}
	return facts
}

// memberType returns the type of a member: its name, or a nestedFact.
func memberType(m *ir.Member) any {
	if s, ok := m.Type.(*ir.Struct); ok && s.Nested {
		return nestedFact{memberFacts(s.Members)}
	}
	return typeName(m.Type)
}

// typeName returns the name of a type as schemas write it, but with arrays as
// "[T]".
func typeName(t ir.Type) string {
	if a, ok := t.(*ir.Array); ok {
		return "[" + a.Elem.Head().Name + "]"
	}
	return t.Head().Name
}

func optionalType(t ir.Type) *string {
	if t == nil {
		return nil
	}
	name := typeName(t)
	return &name
}
