package console

import (
	"fmt"
	"io"
	"strings"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/gen/docs"
	"github.com/qapi-go/qapi-go/internal/example"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/ir/subset"
)

// shellHelp is the text that help without a name prints above the list of commands.
const shellHelp = `COMMAND KEY=VALUE…    runs a command; KEY may have dots, VALUE may be JSON
{"execute": …}        runs a command in JSON, which may take several lines
!COMMAND              runs a command of the human monitor
help [NAME]           describes a command or event
dial                  connects again
exit                  leaves

Commands:
`

// printHelp prints the documentation of a command or event or, without a name, a list of
// them.
func (s *Schema) printHelp(w io.Writer, name string) error {
	if name == "" {
		var b strings.Builder
		b.WriteString(shellHelp)
		for _, c := range s.completeCommand("") {
			b.WriteString(strings.TrimRight(fmt.Sprintf("  %-32s %s", diag.Visible(c.Text), diag.Visible(c.Help)), " ") + "\n")
		}
		_, err := io.WriteString(w, b.String())
		return err
	}
	var d ir.Def
	switch {
	case s.commands[name] != nil:
		d = s.commands[name]
	case s.events[name] != nil:
		d = s.events[name]
	default:
		hint := diag.DidYouMean(name, append(append([]string(nil), s.names...), s.eventNames...))
		if hint != "" {
			hint = "; " + hint
		}
		return &ArgumentError{name, []string{"unknown command or event" + hint}}
	}
	text := ""
	if !s.introspected {
		text = s.documentation(name)
	}
	if text == "" {
		text = s.outline(d)
	}
	_, err := io.WriteString(w, visibleLines(text))
	return err
}

// documentation returns the documentation of a command or event in the schema, in the form
// of QEMU's qmp-commands.txt, or "" if there is none.
func (s *Schema) documentation(name string) string {
	part, err := subset.Select(s.ir, []string{name}, nil)
	if err != nil {
		return ""
	}
	files, err := docs.Text(part, docs.Options{})
	if err != nil {
		return ""
	}
	for _, f := range files {
		lines := strings.SplitAfter(string(f.Data), "\n")
		for i, line := range lines {
			if strings.TrimSpace(line) == name && i+1 < len(lines) && strings.HasPrefix(lines[i+1], "--") {
				return strings.TrimRight(strings.Join(lines[i:], ""), "\n") + "\n"
			}
		}
	}
	return ""
}

// outline describes a command or event by its types, with an example.
func (s *Schema) outline(d ir.Def) string {
	var b strings.Builder
	arg := ir.Type(nil)
	switch d := d.(type) {
	case *ir.Command:
		arg = d.Arg
	case *ir.Event:
		arg = d.Arg
	}
	b.WriteString(d.Head().Name + "\n" + strings.Repeat("-", len(d.Head().Name)) + "\n\n")
	members := commonMembers(arg)
	if len(members) > 0 {
		b.WriteString("Arguments:\n\n")
	}
	for _, m := range members {
		optional := ""
		if m.Optional {
			optional = ", optional"
		}
		fmt.Fprintf(&b, "- \"%s\": %s%s\n", m.Name, typeName(m.Type), optional)
	}
	if u, ok := arg.(*ir.Union); ok {
		for _, br := range u.Branches {
			var names []string
			for _, m := range commonMembers(br.Type) {
				names = append(names, m.Name)
			}
			if names != nil {
				fmt.Fprintf(&b, "- with %s=%s: %s\n", u.Discriminator.Name, br.Name, strings.Join(names, ", "))
			}
		}
	}
	if made := example.NewMaker(s.ir).Make(d); made != nil {
		b.WriteString("\nExample:\n\n")
		for _, m := range made.Messages {
			arrow := "<- "
			if m.Client {
				arrow = "-> "
			}
			b.WriteString(arrow + strings.ReplaceAll(m.Text, "\n", "\n   ") + "\n")
		}
	}
	return b.String()
}
