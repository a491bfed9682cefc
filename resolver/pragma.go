package resolver

import (
	"slices"

	"github.com/qapi-go/qapi-go/ast"
)

// pragmas applies the pragmas. The last setting of a pragma applies to the whole schema.
func (r *resolver) pragmas() {
	p := &r.schema.Pragma
	any := false
	for _, d := range ast.All(r.root) {
		pragma, ok := d.(*ast.Pragma)
		if !ok {
			continue
		}
		for _, s := range pragma.Settings {
			any = true
			names := make([]string, len(s.Names))
			for i, n := range s.Names {
				names[i] = n.Value
			}
			switch s.Name.Value {
			case "doc-required":
				p.DocRequired = s.Flag
			case "command-name-exceptions":
				p.CommandNameExceptions = names
			case "command-returns-exceptions":
				p.CommandReturnsExceptions = names
			case "member-name-exceptions":
				p.MemberNameExceptions = names
			case "documentation-exceptions":
				p.DocumentationExceptions = names
			}
		}
	}
	free := p.CommandReturnsExceptions
	if r.releases.Before(2, 9) && (!any || r.releases.Since(2, 9)) {
		free = slices.Concat(free, formerReturnsExceptions)
	}
	r.returnsFree = nameSet(free)
	r.undocumented = nameSet(p.DocumentationExceptions)
}

// excepted reports whether names, the list of a pragma, exempts a definition. If the
// definition's name and its documentation differ, which is an error, either may be listed. If a
// pragma was lost, every definition is exempt.
func (r *resolver) excepted(names map[string]bool, def ast.Def) bool {
	h := def.Head()
	return r.pragmasLost || names[h.Name.Value] || h.Doc != nil && names[h.Doc.Symbol.Value]
}

// formerReturnsExceptions lists the commands that may return other types than objects if the
// schema has no pragmas. Before QEMU 2.9 the list was part of the compiler.
var formerReturnsExceptions = []string{
	"guest-file-open",
	"guest-fsfreeze-freeze",
	"guest-fsfreeze-freeze-list",
	"guest-fsfreeze-status",
	"guest-fsfreeze-thaw",
	"guest-get-time",
	"guest-set-vcpus",
	"guest-sync",
	"guest-sync-delimited",
	"human-monitor-command",
	"qom-get",
	"query-migrate-cache-size",
	"query-tpm-models",
	"query-tpm-types",
	"ringbuf-read",
	"user_def_cmd3", // of QEMU's own test schema
}

func nameSet(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, n := range names {
		set[n] = true
	}
	return set
}
