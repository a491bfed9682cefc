package names

import (
	"fmt"
	"path"
	"strings"
	"unicode"

	"github.com/qapi-go/qapi-go/ir"
)

// fileName returns the name of the Go file for a schema module: "a/b_c.json"
// becomes "a-b-c.go". There is no '_' in it, since Go takes file names such as
// x_linux.go and x_test.go as conditions, and no leading '.', since it ignores
// such files.
func fileName(module string) string {
	name := path.Clean(strings.ReplaceAll(module, `\`, "/"))
	for strings.HasPrefix(name, "../") {
		name = strings.TrimPrefix(name, "../")
	}
	name = strings.TrimSuffix(name, ".json")
	name = strings.Map(func(r rune) rune {
		if r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '-'
	}, name)
	if name = strings.TrimLeft(name, "-."); name == "" {
		name = "schema"
	}
	return name + ".go"
}

// fileName returns the name of the file for a module.
func (p *planner) fileName(m *ir.Module) string {
	if name := p.opts.Rename[m.Name]; isFileName(name) {
		p.renamed[m.Name] = true
		return name
	}
	return fileName(m.Name)
}

// isFileName reports whether the value of a renaming is the name of a file. That of
// a member or value never has a dot.
func isFileName(name string) bool { return strings.HasSuffix(name, ".go") }

// checkFiles adds modules whose files would have the same name to the clashes,
// also on file systems that ignore case.
func (p *planner) checkFiles() {
	seen := newScope("")
	for _, f := range p.Files {
		key := strings.ToLower(f.Path)
		second := Origin{What: fmt.Sprintf("module '%s'", f.Module.Name)}
		if first, ok := seen.taken[key]; ok {
			p.clashes = append(p.clashes, Clash{f.Path, "", first, second})
			continue
		}
		seen.taken[key] = second
	}
}
