package site

import "github.com/qapi-go/qapi-go/gen/docs/internal/model"

// manual returns the path of the page that answers to the anchors of QEMU's manual. It
// is called as QEMU's page of the protocol, so that links to that need another host and
// folder only.
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

// manualPage writes the page that answers to the anchors of QEMU's manual, such as
// "#command-QMP-block-core.blockdev-mirror": a script finds the page that is meant. The
// anchors are those of docs/sphinx/qapi_domain.py (QEMU 10.0 on),
// and of the manual that was made with Texinfo (up to 5.1). Between, QEMU numbered its
// anchors ("#qapidoc-123"): what they mean changed with each commit.
func (w *writer) manualPage() {
	const about = "Where links to QEMU's manual lead in this reference."
	w.scripts = []string{"manual.js", "names.js"}
	w.start("Links to QEMU's manual", about)
	w.element("h1", "Links to QEMU's manual")
	w.element("p", "This page leads links to QEMU's manual to the pages of this reference. It needs JavaScript.", "id", "manual")
	w.open("p")
	w.text("Everything is in the ")
	w.link(w.to("index"), "contents")
	w.text(".")
	w.close("p")
	w.newline()
	w.end()
}
