package model

import (
	"strings"

	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/ir"
)

// protocols are QEMU's protocols, in order of the check: a command that tells them apart, and
// the title of QEMU's manual.
var protocols = []struct{ command, title string }{
	{"guest-sync", "QEMU Guest Agent Protocol Reference"},
	{"query-status", "QEMU QMP Reference"},
	{"qmp_capabilities", "QEMU Storage Daemon QMP Reference"},
}

// title returns the title of the documentation: the heading at the start of the root module;
// for QEMU's schemas, which start with "Introduction", the title of QEMU's manual; or else one
// with the name of the schema.
func (b *builder) title() string {
	own := ""
	if items := b.Schema.Root.Items; len(items) > 0 {
		if doc, ok := items[0].(*ir.FreeDoc); ok {
			own = firstHeading(doc.Doc)
		}
	}
	if own != "" && own != "Introduction" && !strings.HasPrefix(own, "General note") {
		return own
	}
	for _, p := range protocols {
		if d := b.byName[p.command]; d != nil && d.Kind == Command {
			return p.title
		}
	}
	return "Reference of " + b.Name
}

// firstHeading returns the heading at the start of a comment, or "".
func firstHeading(doc *ir.Doc) string {
	for _, s := range doc.Sections {
		blocks := prose.Parse(s.Text)
		if len(blocks) == 0 {
			continue
		}
		if h, ok := blocks[0].(prose.Heading); ok {
			return PlainText(h.Inlines)
		}
		return ""
	}
	return ""
}

// FullTitle returns the title with the release: "QEMU QMP Reference 10.2" for release 10.2.0.
// It returns the title unchanged if that contains the release, or if the user gave it for a
// single release.
func (r *Reference) FullTitle() string {
	release := ShortRelease(r.Release)
	if release == "" || r.exact || strings.Contains(r.Title, release) {
		return r.Title
	}
	return r.Title + " " + release
}

// ShortRelease returns the usual name of a release: "10.2" for "10.2.0" and "qemu-10.2.0".
func ShortRelease(name string) string {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "qemu-"), "v")
	if strings.Count(name, ".") == 2 {
		name = strings.TrimSuffix(name, ".0")
	}
	return name
}
