package merge

import (
	"path"

	"github.com/qapi-go/qapi-go/ir"
)

// makeModules pairs the modules of the releases: roots with each other, other modules by base
// name, since QEMU moved files between directories.
func (b *builder) makeModules() {
	byFile := make(map[string]*ir.Module)
	for rel := b.newest(); rel >= 0; rel-- {
		s := b.merger.list[rel].Schema
		for _, m := range s.Modules {
			file := path.Base(m.Name)
			at := byFile[file]
			switch {
			case m == s.Root && b.schema.Root != nil:
				at = b.schema.Root
			case at == nil || rel == b.newest():
				at = &ir.Module{Name: m.Name, File: m.File}
				if rel != b.newest() {
					at.Name = file
				}
				b.schema.Modules = append(b.schema.Modules, at)
				byFile[file] = at
			}
			if m == s.Root && b.schema.Root == nil {
				b.schema.Root = at
			}
			b.modules[m] = at
		}
	}
}

// fillModules adds the definitions to their modules: those of the newest release in its order,
// then those that only older releases have.
func (b *builder) fillModules() {
	placed := make(map[ir.Def]bool)
	for rel := b.newest(); rel >= 0; rel-- {
		for _, m := range b.merger.list[rel].Schema.Modules {
			to := b.modules[m]
			for _, item := range m.Items {
				if rel == b.newest() {
					switch item := item.(type) {
					case *ir.FreeDoc:
						to.Items = append(to.Items, item)
					case *ir.Include:
						to.Items = append(to.Items, &ir.Include{Module: b.modules[item.Module]})
					}
				}
				def, ok := item.(ir.Def)
				if !ok {
					continue
				}
				if made := b.resultOf(rel, def); made != nil && !placed[made] {
					placed[made] = true
					made.Head().Module = to
					to.Items = append(to.Items, made)
				}
			}
		}
	}
	for _, t := range b.made { // alternates that no release has
		if !placed[t] && !t.Head().Implicit {
			placed[t] = true
			m := t.Head().Module
			m.Items = append(m.Items, t)
		}
	}
}

// resultOf returns the definition of the result for that of a release, or nil.
func (b *builder) resultOf(rel int, def ir.Def) ir.Def {
	t, ok := def.(ir.Type)
	if !ok {
		return b.defs[def]
	}
	if made := b.types[b.home(instance{rel, t})]; made != nil {
		return made
	}
	return nil
}

// find returns the newest definition of that name, or nil.
func (b *builder) find(name string) ir.Def {
	for rel := b.newest(); rel >= 0; rel-- {
		if def := b.merger.list[rel].Schema.ByName[name]; def != nil {
			return def
		}
	}
	return nil
}

// holderModule returns the module for an alternate that no release has: that of the definition
// that uses it.
func (b *builder) holderModule(at place) *ir.Module {
	if def := b.find(at.owner); def != nil && b.modules[def.Head().Module] != nil {
		return b.modules[def.Head().Module]
	}
	return b.schema.Root
}
