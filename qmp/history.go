package qmp

import (
	"slices"
	"strings"
	"sync"
)

// A History says since and until which release each part of a protocol exists. A generated package
// for several releases has one in its variable History. Its contents are for generated code only.
type History struct {
	// Table has a line for each definition, followed by lines for the parts of it
	// that have a history. Words are separated by blanks; "-" is an empty word.
	//
	//	name since until type   a command (type: of its arguments) or type
	//	 .name since until type a member
	//	 =name since until      a value of an enum
	//	 /name since until type a branch, by the value of the discriminator
	//	 *                      a command that takes arguments beyond its schema
	Table string

	parse sync.Once
	defs  map[string]*historyDef
}

// lifetime is the contents of a line.
type lifetime struct {
	since, until string
	typ          string
}

type historyDef struct {
	lifetime
	open  bool                // takes arguments beyond its schema
	parts map[string]lifetime // by ".name", "=name" and "/name"
}

// definition returns the definition with a name, or nil.
func (h *History) definition(name string) *historyDef {
	if h == nil {
		return nil
	}
	h.parse.Do(func() {
		h.defs = make(map[string]*historyDef)
		var def *historyDef
		for line := range strings.Lines(h.Table) {
			words := strings.Fields(line)
			switch {
			case len(words) == 0:
			case line[0] != ' ':
				def = &historyDef{lifetime: lifetimeOf(words[1:]), parts: make(map[string]lifetime)}
				h.defs[words[0]] = def
			case def == nil:
			case words[0] == "*":
				def.open = true
			default:
				def.parts[words[0]] = lifetimeOf(words[1:])
			}
		}
	})
	return h.defs[name]
}

func lifetimeOf(words []string) lifetime {
	var l lifetime
	for i, to := range []*string{&l.since, &l.until, &l.typ} {
		if i < len(words) && words[i] != "-" {
			*to = words[i]
		}
	}
	return l
}

// takesMore reports whether a command takes arguments that are not in its schema, and so not in
// introspection. Those of QEMU are known without a history ('gen': false in qapi/qdev.json, and up
// to 5.2 in qapi/net.json and qapi/qom.json).
func (h *History) takesMore(command string) bool {
	switch command {
	case "device_add", "netdev_add", "object-add":
		return true
	}
	d := h.definition(command)
	return d != nil && d.open
}

// find returns the lifetime of the element at a path in a command's arguments. A step is the first
// word of a line of the table, or "[]".
func (h *History) find(command string, path []string) lifetime {
	def := h.definition(command)
	if def == nil {
		return lifetime{}
	}
	if len(path) == 0 {
		return def.lifetime
	}
	types := []string{command, def.typ} // inline arguments are parts of the command
	var found lifetime
	for _, step := range path {
		if step == "[]" {
			continue
		}
		var next []string
		found = lifetime{}
		for i := 0; i < len(types); i++ {
			d := h.definition(types[i])
			if d == nil {
				continue
			}
			if l, ok := d.parts[step]; ok {
				if found == (lifetime{}) {
					found = l
				}
				next = append(next, l.typ)
			}
			for part, l := range d.parts { // members of branches
				if part[0] == '/' && l.typ != "" && !slices.Contains(types, l.typ) {
					types = append(types, l.typ)
				}
			}
		}
		types = next
	}
	return found
}
