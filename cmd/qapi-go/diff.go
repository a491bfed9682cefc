package main

import (
	"bufio"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/ir"
)

// diffFormats are the values of diff's --format.
var diffFormats = []struct {
	name  string
	print func(io.Writer, *compat.Report, compat.Names) error
}{
	{"text", compat.Text},
	{"json", compat.JSON},
	{"markdown", compat.Markdown},
	{"github", compat.GitHub},
	{"accept", nil}, // needs --fail-on: see printReport
}

// failOn are the values of diff's --fail-on. None is above all severities.
var failOn = map[string]compat.Severity{
	"breaking": compat.Breaking,
	"warning":  compat.Warning,
	"none":     compat.Breaking + 1,
}

// A differ is the flags of diff.
type differ struct {
	load    loader
	project project
	format  string
	fail    string
	levels  []string
	accept  string
	vendors []string
	history string
	root    string
	usage   usage
}

func newDiff() *cobra.Command {
	var d differ
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Report what changed between two versions of a schema, and what it breaks",
		Long: `diff compares two versions of a schema by what is on the wire: what a client
sends (arguments of commands) and what it receives (results and events). Types
may be renamed, split and reordered without a finding.

OLD and NEW are schemas, folders that hold one, or running servers: for
qmp:unix:PATH or qmp:tcp:HOST:PORT, the answer to query-qmp-schema is compared. It
has no ranges of integers, no conditions and only some flags, so changes of these
and of Go source are not reported then.

Severities are breaking, warning, note (it would break, but was deprecated) and
info. Changes of unstable parts are never breaking. "qapi-go explain RULE" explains
a rule.

--format sets the format of the report:

  text      for a terminal, with the places in both versions
  json      an object with format (1), old, new, compared (commands and events),
            summary (counts by severity, and accepted) and changes. A change has
            rule, severity, direction (send, recv or go; absent if it has none),
            path, message, reason (why the severity is not that of the rule),
            old and new (file and line, absent if unknown), usedBy (commands and
            events) and accepted (why)
  markdown  a changelog
  github    workflow commands for GitHub Actions
  accept    lines for a file for --accept, for what --fail-on does not let pass

--level says what counts: send, recv, go. With go, changes that break programs
that use the generated Go package are breaking; without --level they are
warnings.

A file for --accept has a line for each change that is known and wanted: rule,
path and reason, separated by blanks.

--level, --fail-on, --accept and --vendor may also stand under diff in qapi.yaml
(docs/config.md); flags go first.

--used PATTERN reports only the changes that hit the Go packages that the pattern
names, with each place in their code: calls of commands, members read and set,
values, branches, events, switches, and commands run by a constant name. What it
cannot see (names that are not constant, reflection, files that build constraints
leave out) it lists. --unused prints the commands and events that the packages
use, as include: lines for qapi.yaml.

OLD and NEW may be folders of releases, each of which is then one schema
(docs/releases.md): with a release more in NEW, diff reports what that changes for
a package for all of them.

--history DIR compares the releases in the folders of DIR, in the order of their
versions, and says since when there is each command, event, member and value,
since when it is deprecated, when it was removed, and where that contradicts the
"Since:" in the schema. In JSON, that is an object with format (1), releases,
items (kind, path, since, certain (false if it may be older), deprecated,
removed, moved (its path now), says (the schema's own Since), disagrees (why that
cannot be), tooShort (removed less than two releases after it was deprecated),
place). A release whose schema cannot be read is left out; then the exit status
is 1.`,
		Example: `  qapi-go diff qemu-9.2/qapi/qapi-schema.json qemu-10.0/qapi/qapi-schema.json
  qapi-go diff git:qemu@v9.2.0:qapi/qapi-schema.json git:qemu@v10.0.0:qapi/qapi-schema.json
  qapi-go diff --level send,recv,go --accept accepted-breaks.txt OLD NEW
  qapi-go diff qemu-10.0/ qmp:unix:/run/vm.qmp
  qapi-go diff qapi/qapi-schema.json qemu-11.0.tar.xz:qapi/qapi-schema.json --used ./...
  qapi-go diff --history releases --format markdown`,
		Args: func(cmd *cobra.Command, args []string) error {
			if d.history == "" && len(args) != 2 {
				return usagef(cmd, "diff takes two schemas, not %d", len(args))
			}
			if d.history != "" && len(args) != 0 {
				return usagef(cmd, "--history takes the schemas from its folder: %q is one argument too many", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := d.configure(cmd); err != nil {
				return err
			}
			if err := d.check(cmd); err != nil {
				return err
			}
			if d.history != "" {
				return d.runHistory(cmd)
			}
			if len(d.usage.patterns) > 0 {
				return d.runUsed(cmd, args[0], args[1])
			}
			return d.run(cmd, args[0], args[1])
		},
	}
	d.load.addFlags(cmd)
	d.project.addFlags(cmd)
	d.usage.addFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&d.format, "format", "text", "text, json, markdown, github or accept; with --used sarif, too")
	f.StringVar(&d.fail, "fail-on", "breaking", "least severity that makes the exit status 1: breaking, warning or none")
	f.StringSliceVar(&d.levels, "level", nil, "what counts: send, recv, go (default send and recv, with warnings for go)")
	f.StringVar(&d.accept, "accept", "", "`file` of changes that are accepted")
	f.StringSliceVar(&d.vendors, "vendor", nil, "`prefix` of downstream names that count, such as __com.redhat_")
	f.StringVar(&d.history, "history", "", "`folder` whose folders hold a release each")
	f.StringVar(&d.root, "root", "", "root `file` of the schema in each release (default qapi/qapi-schema.json or qapi-schema.json)")
	return cmd
}

// configure takes from the configuration what flags do not say.
func (d *differ) configure(cmd *cobra.Command) error {
	c, err := d.project.load(cmd)
	if c == nil || err != nil {
		return err
	}
	changed := cmd.Flags().Changed
	if len(c.Diff.Level) > 0 && !changed("level") {
		d.levels = c.Diff.Level
	}
	if c.Diff.FailOn != "" && !changed("fail-on") {
		d.fail = c.Diff.FailOn
	}
	if c.Diff.Accept != "" && !changed("accept") {
		d.accept = c.Diff.Accept
	}
	if len(c.Diff.Vendor) > 0 && !changed("vendor") {
		d.vendors = c.Diff.Vendor
	}
	if c.Dialect != "" && !changed("dialect") {
		d.load.dialect = c.Dialect
	}
	return nil
}

// check refuses flags that are wrong or do not go together.
func (d *differ) check(cmd *cobra.Command) error {
	if err := d.load.check(cmd); err != nil {
		return err
	}
	if err := d.usage.check(cmd, d.format); err != nil {
		return err
	}
	var names []string
	for _, f := range diffFormats {
		names = append(names, f.name)
	}
	if len(d.usage.patterns) == 0 && !slices.Contains(names, d.format) {
		return usagef(cmd, "--format takes %s, not %q", oneOf(names), d.format)
	}
	if _, ok := failOn[d.fail]; !ok {
		return usagef(cmd, "--fail-on takes breaking, warning or none, not %q", d.fail)
	}
	for _, l := range d.levels {
		if !slices.Contains(diffLevels, l) {
			return usagef(cmd, "--level takes send, recv and go, not %q", l)
		}
	}
	if d.root != "" && d.history == "" {
		return usagef(cmd, "--root belongs to --history")
	}
	if d.history != "" && (d.format == "github" || d.format == "accept") {
		return usagef(cmd, "--history has no --format %s", d.format)
	}
	return nil
}

// run compares two schemas.
func (d *differ) run(cmd *cobra.Command, old, new string) error {
	accepted, err := d.readAccepted()
	if err != nil {
		return err
	}
	a, err := d.operand(cmd, old)
	if err != nil {
		return d.notCompared(cmd, err)
	}
	b, err := d.operand(cmd, new)
	if err != nil {
		return d.notCompared(cmd, err)
	}
	if err := d.load.Finish(cmd.ErrOrStderr()); err != nil {
		return err
	}
	o := compat.Options{Introspected: driver.IsServer(old) || driver.IsServer(new), Vendors: d.vendors}
	for _, l := range d.levels {
		o.Levels = append(o.Levels, compat.Direction(l))
	}
	if o.Introspected && slices.Equal(o.Levels, []compat.Direction{compat.Go}) {
		return usagef(cmd, "--level go: a server says nothing about Go source")
	}
	report := compat.Compare(a, b, o)
	compat.Accept(report, accepted)
	notes := d.load.Notes(cmd.ErrOrStderr())
	for _, x := range accepted {
		if !x.Used {
			driver.Note(notes, "%s:%d: there is no such change: %s %s", d.accept, x.Line, x.Rule, x.Path)
		}
	}
	if err := d.printReport(cmd.OutOrStdout(), report, compat.Names{Old: old, New: new}); err != nil {
		return err
	}
	if d.format != "text" {
		driver.Note(notes, "%s", report.Summary())
	}
	if report.AtLeast(failOn[d.fail]) {
		return driver.ErrFindings
	}
	return nil
}

// notCompared says that there is no result, so that nobody takes silence for
// one.
func (d *differ) notCompared(cmd *cobra.Command, err error) error {
	if ferr := d.load.Finish(cmd.ErrOrStderr()); ferr != nil {
		return ferr
	}
	driver.Note(d.load.Notes(cmd.ErrOrStderr()), "nothing was compared")
	return err
}

func (d *differ) printReport(w io.Writer, r *compat.Report, n compat.Names) error {
	out := bufio.NewWriter(w)
	var err error
	if d.format == "accept" {
		err = compat.Acceptances(out, r, min(failOn[d.fail], compat.Breaking))
	} else {
		i := 0
		for diffFormats[i].name != d.format {
			i++
		}
		err = diffFormats[i].print(out, r, n)
	}
	if err != nil {
		return err
	}
	return out.Flush()
}

// readAccepted reads the file of accepted changes, if there is one.
func (d *differ) readAccepted() ([]*compat.Acceptance, error) {
	if d.accept == "" {
		return nil, nil
	}
	text, err := os.ReadFile(d.accept)
	if err != nil {
		return nil, err
	}
	return compat.ParseAccepted(d.accept, string(text))
}

// operand loads a schema that is to be compared, of files or of a server.
// If it has errors they have been printed, and the error is driver.ErrFindings.
func (d *differ) operand(cmd *cobra.Command, name string) (*ir.Schema, error) {
	got, err := d.load.loadSchema(cmd, config.Schema{Name: name})
	if err != nil {
		return nil, err
	}
	if got.Schema == nil {
		driver.Note(d.load.Notes(cmd.ErrOrStderr()), "%s: %s", name, driver.Plural(got.Errors, "error"))
		return nil, driver.ErrFindings
	}
	return got.Schema, nil
}
