package main

import (
	"bufio"
	"io"
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

// failOn maps the values of --fail-on of diff to severities. None is above all of them.
var failOn = map[string]compat.Severity{
	"breaking": compat.Breaking,
	"warning":  compat.Warning,
	"none":     compat.Breaking + 1,
}

// A differ holds the flags of diff.
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
		Short: "Report what changed between two schemas, and what it breaks",
		Long: `diff compares two versions of a schema by what is on the wire: what a client sends
(arguments of commands) and what it receives (results and events). Types may be
renamed, split and reordered without a finding.

OLD and NEW are schemas or running servers. For qmp:unix:PATH or qmp:tcp:HOST:PORT,
the answer to query-qmp-schema is compared, as for a file that holds one; it lacks
ranges of integers, conditions and some flags, so changes of these and of Go source
are not reported. A folder of releases is compared as one schema, that of a package
for all of them.

Severities are breaking, warning, note (breaking, but deprecated before) and info.
Changes of unstable parts are never breaking. "qapi-go explain RULE" explains a rule.

--format sets the format of the report:

  text      with the places in both versions
  json      one object (docs/diff.md)
  markdown  a changelog
  github    workflow commands for GitHub Actions
  accept    lines for --accept, for the changes that --fail-on does not allow

--level selects what counts: send, recv, go. By default, changes that break programs
that use the generated Go package are warnings; with go they are breaking. --accept
names a file of accepted changes, one a line: rule, path and reason. --level,
--fail-on, --accept and --vendor may also be set under diff in qapi.yaml
(docs/config.md); flags take precedence.

--used PATTERN reports only the changes that affect the Go packages that match the
pattern, with each place in their code, and lists what it cannot analyse
(docs/upgrade.md). --unused prints the commands and events that these packages use,
as include: lines for qapi.yaml.

--history DIR compares all releases in the folders of DIR. It reports in which release
each command, event, member and value was added, deprecated and removed, and where
that contradicts the schema's "Since:". Releases whose schema cannot be read are left
out, and the exit status is 1.

Exit status: 0 nothing at or above --fail-on; 1 findings, or errors in a schema; 2
could not run.`,
		Example: `  qapi-go diff 9.2.0/qapi/qapi-schema.json 10.2.0/qapi/qapi-schema.json
  qapi-go diff git:qemu@v10.0.0:qapi/qapi-schema.json git:qemu@v11.0.0:qapi/qapi-schema.json
  qapi-go diff qapi/qapi-schema.json qmp:unix:/run/vm.qmp --level send,recv
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
	f.StringVar(&d.format, "format", "text", "format of the report: text, json, markdown, github or accept; with --used also sarif")
	f.StringVar(&d.fail, "fail-on", "breaking", "least severity for exit status 1: breaking, warning or none")
	f.StringSliceVar(&d.levels, "level", nil, "changes to report: send, recv, go (default send and recv, and go as warnings)")
	f.StringVar(&d.accept, "accept", "", "`file` of accepted changes")
	f.StringSliceVar(&d.vendors, "vendor", nil, "`prefix` of downstream names to compare, such as __com.redhat_")
	f.StringVar(&d.history, "history", "", "`folder` with a folder for each release")
	f.StringVar(&d.root, "root", "", "with --history: root `file` in each release (default qapi/qapi-schema.json or qapi-schema.json)")
	return cmd
}

// configure sets from the configuration what flags do not set.
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

// check returns an error for invalid flags, and those that exclude each other.
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
		return usagef(cmd, "--root needs --history")
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
	o := compat.Options{Introspected: driver.Introspected(old) || driver.Introspected(new), Vendors: d.vendors}
	for _, l := range d.levels {
		o.Levels = append(o.Levels, compat.Direction(l))
	}
	if o.Introspected && slices.Equal(o.Levels, []compat.Direction{compat.Go}) {
		return usagef(cmd, "--level go: a server's introspection cannot be compared as Go source")
	}
	report := compat.Compare(a, b, o)
	compat.Accept(report, accepted)
	notes := d.load.Notes(cmd.ErrOrStderr())
	for _, x := range accepted {
		if !x.Used {
			driver.Note(notes, "%s:%d: no such change: %s %s", d.accept, x.Line, x.Rule, x.Path)
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

// notCompared prints that there is no result, so that no output is not taken for no changes.
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
	text, err := driver.ReadFile(d.accept, driver.MaxText)
	if err != nil {
		return nil, err
	}
	return compat.ParseAccepted(d.accept, string(text))
}

// operand loads a schema to compare, from files or a server. If the schema has errors, it prints
// them and returns driver.ErrFindings.
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
