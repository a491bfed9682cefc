package parser

import "strings"

// signs are what tells by which rules documentation is written.
type signs struct {
	noteSections bool // a section Note or Example: up to 9.0
	errSections  bool // a section Errors: 9.0 and newer
	exceptions   bool // pragma documentation-exceptions: 9.0 and newer
	oldPragmas   bool // pragma names up to 5.2
}

// oldDocs tells whether the rules are those of QEMU 8.2 and older.
func (s *signs) oldDocs() bool {
	return (s.noteSections || s.oldPragmas) && !s.errSections && !s.exceptions
}

// doc looks for signs in a comment.
func (s *signs) doc(text string) {
	for _, tag := range []string{"Note", "Example", "Errors"} {
		for rest := text; ; {
			i := strings.Index(rest, "\n# "+tag)
			if i < 0 {
				break
			}
			rest = rest[i+len("\n# "):]
			found, _, ok := matchTag(rest[:lineLength(rest)])
			if !ok {
				continue
			}
			if found == "Errors" {
				s.errSections = true
			} else {
				s.noteSections = true
			}
			break
		}
	}
}

// pragma looks for signs in a pragma directive.
func (s *signs) pragma(n *node) {
	settings := n.get("pragma")
	if !settings.is(kindObject) {
		return
	}
	for _, m := range settings.members {
		switch m.key.Value {
		case "documentation-exceptions":
			s.exceptions = true
		case "returns-whitelist", "name-case-whitelist":
			s.oldPragmas = true
		}
	}
}
