package site

import (
	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
)

// deprecatedPage lists what is deprecated or unstable, with the reasons.
func (w *writer) deprecatedPage() {
	const about = "Clients should not rely on these: deprecated ones will be removed, unstable ones may change at any time."
	w.start("Deprecated", about)
	w.element("h1", "Deprecated and unstable")
	w.element("p", about)
	w.contents([]part{{id: "deprecated", title: "Deprecated"}, {id: "unstable", title: "Unstable"}})
	w.section("deprecated", "Deprecated")
	w.featured("deprecated", true)
	w.section("unstable", "Unstable")
	w.featured("unstable", false)
	w.end()
}

// featured lists the definitions and members with a feature.
func (w *writer) featured(name string, texts bool) {
	any := false
	for _, list := range [][]*model.Definition{w.Commands, w.Events, w.Types} {
		for _, d := range list {
			f := d.Feature(name)
			members := having(d, name)
			if (f == nil || !f.Own) && len(members) == 0 {
				continue
			}
			if !any {
				w.open("dl", "class", "definitions")
				any = true
			}
			w.newline()
			w.open("div")
			w.open("dt")
			w.codeLink(w.toDefinition(d), d.Name)
			w.badge("kind", string(d.Kind))
			for i, m := range members {
				if i == 0 {
					w.text(": ")
				} else {
					w.text(", ")
				}
				w.codeLink(w.toMember(m), m.Name)
			}
			w.close("dt")
			w.open("dd")
			if f != nil {
				w.prose(f.Text)
				if texts && len(f.Instead) > 0 {
					w.open("p", "class", "instead")
					w.instead(f)
					w.close("p")
				}
			}
			w.close("dd", "div")
		}
	}
	if any {
		w.close("dl")
		w.newline()
		return
	}
	w.element("p", "None.")
}

// having returns the members of a definition with a feature.
func having(d *model.Definition, feature string) []*model.Member {
	var out []*model.Member
	for _, m := range d.Members {
		if m.Has(feature) {
			out = append(out, m)
		}
	}
	return out
}

// An errorClass is an error class and its meaning.
type errorClass struct{ name, about string }

// errorClasses are the classes of all releases: QEMU's qapi/error.json, and qerror.c before it.
var errorClasses = []errorClass{
	{"GenericError", "any error without a class of its own"},
	{"CommandNotFound", "the command does not exist, or is disabled"},
	{"DeviceEncrypted", "the key of an encrypted device is missing"},
	{"DeviceNotActive", "the device is not active"},
	{"DeviceNotFound", "the device does not exist"},
	{"KVMMissingCap", "the host's KVM lacks a capability"},
}

// errorsPage lists the error classes with the commands that document them, and then the
// commands that document errors.
func (w *writer) errorsPage() {
	const about = "An error has a class for programs, and a description for people."
	w.start("Errors", about)
	w.element("h1", "Errors")
	w.open("p")
	w.text(about)
	if d := w.Lookup("QapiErrorClass"); d != nil {
		w.text(" The schema defines the classes as ")
		w.codeLink(w.toDefinition(d), d.Name)
		w.text(".")
	}
	w.close("p")
	w.contents([]part{{id: "classes", title: "Classes"}, {id: "commands", title: "Commands"}})
	var names []string
	for _, c := range errorClasses {
		names = append(names, c.name)
	}
	by := make(map[string][]*model.Definition)
	for _, d := range w.Commands {
		for _, class := range d.ErrorClasses(names) {
			by[class] = append(by[class], d)
		}
	}
	w.section("classes", "Classes")
	w.open("dl", "class", "definitions")
	for _, c := range errorClasses {
		w.newline()
		w.open("div", "id", "class-"+c.name)
		w.open("dt")
		w.codeLink("#class-"+c.name, c.name, "class", "self")
		w.close("dt")
		w.open("dd")
		w.element("p", capital(c.about)+".")
		if list := by[c.name]; len(list) > 0 {
			w.names(list)
		}
		w.close("dd", "div")
	}
	w.close("dl")
	w.section("commands", "Commands")
	w.element("p", "Any command may fail with GenericError. These document their errors:")
	w.open("dl", "class", "definitions")
	for _, d := range w.Commands {
		if len(d.Errors) == 0 {
			continue
		}
		w.newline()
		w.open("div")
		w.open("dt")
		w.codeLink(w.toDefinition(d)+"#errors", d.Name)
		w.close("dt")
		w.open("dd")
		for _, p := range d.Errors {
			w.prose(p)
		}
		w.close("dd", "div")
	}
	w.close("dl")
	w.newline()
	w.end()
}
