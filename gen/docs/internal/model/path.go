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

// Path returns the path of the definition's page without extension, such as
// "command/query-status", relative to the folder of the release. It depends only on the
// name, unless names of two definitions differ only in case.
func (d *Definition) Path() string { return d.folder() + "/" + d.Slug }

// Path returns the path of the module's page without extension, such as
// "module/block-core".
func (m *Module) Path() string { return ModuleFolder + "/" + m.Slug }

// slugs are the names in use in a folder, in lower case, since file systems may not
// distinguish case.
type slugs map[string]bool

// free reports whether take would return the file name of name unchanged.
func (s slugs) free(name string) bool { return !s[strings.ToLower(fileName(name))] }

// take reserves and returns a file name for name. It is name itself if that is not in use
// and has only letters, digits, '-', '_' and inner dots.
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

// maxFileName is a length that any file system supports, in bytes, with room for a suffix.
const maxFileName = 150

// fileName returns a file name that is valid and not special on any system.
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

// isDevice reports whether a file name, with any extension, is a device on Windows.
func isDevice(name string) bool {
	name, _, _ = strings.Cut(strings.ToLower(name), ".")
	switch name {
	case "", "con", "prn", "aux", "nul":
		return true
	}
	return len(name) == 4 && (name[:3] == "com" || name[:3] == "lpt") && name[3] >= '0' && name[3] <= '9'
}

// upperMask encodes in hexadecimal digits which letters of a name are upper case.
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
