package site

import "github.com/qapi-go/qapi-go/gen/docs/internal/model"

// manual returns the path of the page that redirects links to QEMU's manual. It has the name of
// QEMU's page, so that only host and folder of such links have to change.
func (s *site) manual() string {
	switch {
	case s.isCommand("guest-sync"):
		return "qemu-ga-ref"
	case s.isCommand("qmp_capabilities") && !s.isCommand("query-status"):
		return "qemu-storage-daemon-qmp-ref"
	}
	return "qemu-qmp-ref"
}

func (s *site) isCommand(name string) bool {
	d := s.Lookup(name)
	return d != nil && d.Kind == model.Command
}

// manualPage writes the page that redirects anchors of QEMU's manual, such as
// "#command-QMP-block-core.blockdev-mirror", with a script. It knows the anchors of
// docs/sphinx/qapi_domain.py (QEMU 10.0 and later) and of the Texinfo manual (up to 5.1). The
// releases between numbered their anchors ("#qapidoc-123"), differently in each build.
func (w *writer) manualPage() {
	const about = "Redirects links to QEMU's manual to this reference."
	w.scripts = []string{"manual.js", "names.js"}
	w.start("Links to QEMU's manual", about)
	w.element("h1", "Links to QEMU's manual")
	w.element("p", "This page redirects links to QEMU's manual to this reference. It needs JavaScript.", "id", "manual")
	w.open("p")
	w.text("All pages are listed in the ")
	w.link(w.to("index"), "contents")
	w.text(".")
	w.close("p")
	w.newline()
	w.end()
}
