package resolver

import (
	"slices"

	"github.com/qapi-go/qapi-go/ast"
)

// pragmas settles the pragmas: the last setting holds for the whole schema.
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

// excepted reports whether a pragma lists a definition, or may do so. Where name
// and documentation differ, which is an error, either may be the right name.
func (r *resolver) excepted(names map[string]bool, def ast.Def) bool {
	h := def.Head()
	return r.pragmasLost || names[h.Name.Value] || h.Doc != nil && names[h.Doc.Symbol.Value]
}

// formerReturnsExceptions are the commands that may return something else than
// objects where a schema has no pragmas: before QEMU 2.9 the compiler had the
// list built in.
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
