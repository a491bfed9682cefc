package model

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// ModuleFolder is the folder of the pages of modules.
const ModuleFolder = "module"

// The folders of the pages of definitions.
const (
	commandFolder = "command"
	eventFolder   = "event"
	typeFolder    = "type"
)

func (d *Definition) folder() string {
	switch d.Kind {
	case Command:
		return commandFolder
	case Event:
		return eventFolder
	default:
		return typeFolder
	}
}

// Path returns the path of the definition's page without an extension, such as
// "command/query-status", relative to the folder of the release. It depends on
// the name only, unless another definition has the same name but for case.
func (d *Definition) Path() string { return d.folder() + "/" + d.Slug }

// Path returns the path of the module's page without an extension, such as
// "module/block-core".
func (m *Module) Path() string { return ModuleFolder + "/" + m.Slug }

// slugs are the names that are taken in a folder, in lower case: a file system may not
// distinguish names that differ only in case.
type slugs map[string]bool

// free reports whether take would return the plain name.
func (s slugs) free(name string) bool { return !s[strings.ToLower(fileName(name))] }

// take returns a name for a file, made from the name of a thing: the same
// wherever letters, digits, '-', '_' and inner dots are all there is, and it is
// not taken.
func (s slugs) take(name string) string {
	slug := fileName(name)
	if s[strings.ToLower(slug)] {
		slug += "~" + upperMask(name)
	}
	for base, n := slug, 2; s[strings.ToLower(slug)]; n++ {
		slug = fmt.Sprintf("%s~%d", base, n)
	}
	s[strings.ToLower(slug)] = true
	return slug
}

// maxFileName is the length of a name that any file system takes, with room for
// what is added to it.
const maxFileName = 150

// fileName makes a name for a file that is none of its own in any system.
func fileName(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c == '-', c == '_', c >= '0' && c <= '9', c|0x20 >= 'a' && c|0x20 <= 'z', c == '.' && i > 0 && i < len(name)-1:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "~%02x", c)
		}
	}
	slug := b.String()
	if len(slug) > maxFileName {
		h := fnv.New64a()
		h.Write([]byte(slug))
		slug = fmt.Sprintf("%s~%x", slug[:maxFileName], h.Sum64())
	}
	if isDevice(slug) {
		slug += "~"
	}
	return slug
}

// isDevice reports whether Windows takes a file of that name, with any extension,
// for a device.
func isDevice(name string) bool {
	name, _, _ = strings.Cut(strings.ToLower(name), ".")
	switch name {
	case "", "con", "prn", "aux", "nul":
		return true
	}
	return len(name) == 4 && (name[:3] == "com" || name[:3] == "lpt") && name[3] >= '0' && name[3] <= '9'
}

// upperMask says in hexadecimal digits which letters of a name are upper case,
// so that names that differ in case have different ones.
func upperMask(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); i += 4 {
		digit := 0
		for j := i; j < i+4; j++ {
			digit <<= 1
			if j < len(name) && name[j] >= 'A' && name[j] <= 'Z' {
				digit |= 1
			}
		}
		fmt.Fprintf(&b, "%x", digit)
	}
	return b.String()
}
