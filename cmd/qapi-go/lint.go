package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/lint"
)

// A linting holds the flags of lint.
type linting struct {
	load    loader
	project project
	set     schemaSet
	opts    lint.Options
	history string
	root    string
	rules   bool
	max     int // number of findings of each rule to print as text; 0 for all
}

func newLint() *cobra.Command {
	var l linting
	cmd := &cobra.Command{
		Use:   "lint [SCHEMA...]",
		Short: "Report questionable style in schemas, by rule",
		Long: `lint checks each schema as check does. If there are no errors, it reports questionable
style: names, missing or misread documentation, examples that the schema does not
allow, unneeded pragma exceptions.

Findings go to stdout, schema errors to stderr. As text, findings are grouped by rule,
the most important rule first, with at most --max of each, and followed by the number
of findings of each rule. The other values of --error-format always print all
findings; sarif is one log with findings and errors.

Rules come in groups; the default is the group STANDARD. "lint --rules" lists them,
"qapi-go explain RULE" explains one. A comment suppresses findings:

  # qapi-go:ignore RULE reason

At the end of a line, it applies to that line. On a line of its own, it applies to the
next line if it is inside a definition, and otherwise to the whole definition or
directive that follows. A comment that is malformed, or that suppresses nothing, is a
finding itself.

Without SCHEMA, lint checks those of qapi.yaml. --use and --except may also be set
there, under lint, and files to which a rule does not apply, under ignore_only
(docs/config.md); flags take precedence. Documentation may refer to definitions of the
other schemas of the same run.

--history DIR lints the newest of the releases in the folders of DIR, and reports
where its "Since:" contradicts the older ones. Several --schema, a folder of releases
or schemas in qapi.yaml are linted likewise; name clashes are then those of the Go
package for all of the releases (docs/releases.md).

Exit status: 0 no findings; 1 findings or errors; 2 could not run.`,
		Example: `  qapi-go lint qapi/qapi-schema.json
  qapi-go lint --use STANDARD,DOCS --except LINE_70,TWO_SPACES qapi/qapi-schema.json
  qapi-go lint --max 0 --use DOC_XREF_BROKEN qemu/
  qapi-go lint --history releases`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case l.rules && len(args)+len(l.history) > 0:
				return usagef(cmd, "--rules takes no schema")
			case l.rules:
			case l.history != "" && len(args) > 0:
				return usagef(cmd, "--history takes the schemas from its folder: %q is one argument too many", args[0])
			case len(l.set.schemas) > 0 && len(args) > 0:
				return usagef(cmd, "--schema names the releases of one schema: %q is one argument too many", args[0])
			case len(l.set.schemas) > 0 && (l.history != "" || cmd.Flags().Changed("config")):
				return usagef(cmd, "--schema, --history and --config exclude each other")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := l.load.check(cmd); err != nil {
				return err
			}
			if err := l.configure(cmd); err != nil {
				return err
			}
			if err := l.opts.Check(); err != nil {
				return usagef(cmd, "--use and --except take rules and groups: %v", err)
			}
			if l.root != "" && l.history == "" {
				return usagef(cmd, "--root needs --history")
			}
			if l.max < 0 {
				return usagef(cmd, "--max takes a number from 0, not %d", l.max)
			}
			if l.rules {
				return listRules(cmd.OutOrStdout())
			}
			var schemas []config.Schema
			if l.history == "" {
				var err error
				if schemas, err = l.set.list(cmd); err == nil && schemas == nil {
					schemas, err = l.project.schemas(cmd, args)
				}
				if err != nil {
					return err
				}
			}
			return l.run(cmd, schemas)
		},
	}
	l.load.addFlags(cmd)
	l.project.addFlags(cmd)
	l.set.addFlags(cmd)
	f := cmd.Flags()
	f.StringSliceVar(&l.opts.Use, "use", nil, "`rules` and groups to check (default STANDARD)")
	f.StringSliceVar(&l.opts.Except, "except", nil, "`rules` and groups not to check")
	f.IntVar(&l.max, "max", 10, "findings of each rule to print as text; 0 prints all")
	f.BoolVar(&l.rules, "rules", false, "list the rules")
	f.StringVar(&l.history, "history", "", "`folder` with a folder for each release")
	f.StringVar(&l.root, "root", "", "with --history: root `file` in each release (default qapi/qapi-schema.json or qapi-schema.json)")
	return cmd
}

// configure sets from the configuration what flags do not set.
func (l *linting) configure(cmd *cobra.Command) error {
	c, err := l.project.load(cmd)
	if c == nil || err != nil {
		return err
	}
	if len(c.Lint.Use) > 0 && !cmd.Flags().Changed("use") {
		l.opts.Use = c.Lint.Use
	}
	if len(c.Lint.Except) > 0 && !cmd.Flags().Changed("except") {
		l.opts.Except = c.Lint.Except
	}
	l.opts.IgnoreOnly = c.Lint.IgnoreOnly
	return nil
}

// run checks schemas. All are read first, since they may refer to each other.
func (l *linting) run(cmd *cobra.Command, args []config.Schema) error {
	stdout, stderr := cmd.OutOrStdout(), cmd.ErrOrStderr()
	var result error
	var schemas []*linted
	for _, arg := range args {
		if err := l.load.pin(arg.Dialect); err != nil {
			return err
		}
		got, err := l.read(cmd, arg)
		switch {
		case errors.Is(err, driver.ErrFindings):
			result = err
		case errors.Is(err, driver.ErrUnreadable):
			result = err
		case err != nil:
			return err
		default:
			schemas = append(schemas, got)
		}
	}
	if l.history != "" {
		newest, err := l.newest(stderr)
		switch {
		case newest != nil:
			schemas = append(schemas, newest)
		case errors.Is(err, driver.ErrFindings):
			result = err
		default:
			return err
		}
	}
	for _, s := range schemas {
		err := l.lint(stdout, stderr, s, schemas)
		switch {
		case errors.Is(err, driver.ErrFindings) && result == nil:
			result = err
		case err != nil && !errors.Is(err, driver.ErrFindings):
			return err
		}
	}
	if err := l.load.Finish(stdout); err != nil {
		return err
	}
	return result
}

// A linted is a schema to lint.
type linted struct {
	*driver.Loaded
	name    string
	history *compat.History
	merged  *driver.Merged // the schemas of all releases; nil for a single one
}

// read reads a schema, or those of several releases.
func (l *linting) read(cmd *cobra.Command, s config.Schema) (*linted, error) {
	names, several := asOne(s)
	if !several {
		got, err := l.load.Load(names[0], cmd.ErrOrStderr())
		return &linted{Loaded: got, name: names[0]}, err
	}
	m, err := l.load.loadReleases(cmd, names, s.Prefer)
	if err != nil {
		return nil, err
	}
	newest := m.Newest()
	releases := make([]compat.Release, len(m.Releases))
	for i, r := range m.Releases {
		version, _ := compat.ParseVersion(r.Name)
		releases[i] = compat.Release{Name: r.Name, Version: version, Schema: r.Schema}
	}
	return &linted{Loaded: newest, name: newest.Spec, merged: m, history: compat.NewHistory(releases, compat.Options{})}, nil
}

// newest reads the releases in the folder and returns the newest with the history
// of all.
func (l *linting) newest(stderr io.Writer) (*linted, error) {
	roots, err := driver.Releases(l.history, l.root, l.load.Notes(stderr))
	if err != nil {
		return nil, err
	}
	if len(roots) < 2 {
		return nil, tooFew(l.history, len(roots))
	}
	slices.SortStableFunc(roots, func(a, b driver.Release) int { return a.Version.Compare(b.Version) })
	var releases []compat.Release
	var last *linted
	for _, r := range roots {
		got, err := l.load.Load(r.Root, stderr)
		if err != nil {
			return nil, err
		}
		if got.Schema == nil {
			driver.Note(l.load.Notes(stderr), "%s: %s: nothing was linted", r.Root, driver.Plural(got.Errors, "error"))
			return nil, driver.ErrFindings
		}
		releases = append(releases, compat.Release{Name: r.Name, Version: r.Version, Schema: got.Schema})
		last = &linted{Loaded: got, name: r.Root}
	}
	last.history = compat.NewHistory(releases, compat.Options{})
	return last, nil
}

// lint checks a schema that was read, and prints what it finds and the summary.
func (l *linting) lint(stdout, stderr io.Writer, s *linted, all []*linted) error {
	notes := l.load.Notes(stderr)
	if s.Schema == nil {
		driver.Note(notes, "%s: %s in %s: not linted", s.name, driver.Plural(s.Errors, "error"), driver.Plural(s.Files, "file"))
		return driver.ErrFindings
	}
	in := lint.Schema{
		IR: s.Schema, Root: s.Parsed.Root, History: s.history,
		Text: func(file string) string { return s.Parsed.Lookup(file).Text },
	}
	lookup := s.Parsed.Lookup
	if s.merged != nil {
		lookup = s.merged.Lookup
		in.Merged, in.Text = s.merged.Schema, func(file string) string { return lookup(file).Text }
	}
	for _, other := range all {
		if other != s && other.Schema != nil {
			in.Others = append(in.Others, other.Schema)
		}
	}
	list := diag.List{Fset: s.Schema.Fset, Lookup: lookup}
	lint.Run(in, l.opts, &list)
	found := list.Sorted()
	groups := lint.ByRule(found)
	var err error
	if l.load.Format == diag.Text {
		err = l.printGroups(stdout, groups, &list)
	} else {
		err = l.load.Report(stdout, &list)
	}
	if err != nil {
		return err
	}
	if len(groups) == 0 {
		driver.Note(notes, "%s: no findings in %s, %s", s.name, driver.Plural(s.Files, "file"), driver.Plural(s.Definitions(), "definition"))
		return nil
	}
	driver.Note(notes, "%s: %s in %s: %s", s.name, driver.Plural(len(found), "finding"), driver.Plural(s.Files, "file"), counts(groups))
	return driver.ErrFindings
}

// printGroups prints findings by rule, of each rule up to --max, and then the number of findings
// of each rule.
func (l *linting) printGroups(stdout io.Writer, groups []lint.Group, all *diag.List) error {
	out := bufio.NewWriter(stdout)
	for _, g := range groups {
		fmt.Fprintf(out, "%s: %s (%s)\n", g.Code, g.Title, driver.Plural(len(g.Findings), "finding"))
		shown := g.Findings
		if l.max > 0 && len(shown) > l.max {
			shown = shown[:l.max]
		}
		part := diag.List{Fset: all.Fset, Lookup: func(name string) diag.File {
			return diag.File{Text: all.Lookup(name).Text} // how the file is included does not matter here
		}}
		for _, d := range shown {
			part.Add(d)
		}
		if err := part.Print(out, diag.Text); err != nil {
			return err
		}
		if more := len(g.Findings) - len(shown); more > 0 {
			fmt.Fprintf(out, "… and %d more; --max 0 prints all\n", more)
		}
		fmt.Fprintln(out)
	}
	for _, g := range groups {
		fmt.Fprintf(out, "%6d  %-30s  %s\n", len(g.Findings), g.Code, g.Title)
	}
	return out.Flush()
}

// counts returns the number of findings of each rule, in one line.
func counts(groups []lint.Group) string {
	parts := make([]string, len(groups))
	for i, g := range groups {
		parts[i] = fmt.Sprintf("%s %d", g.Code, len(g.Findings))
	}
	return strings.Join(parts, ", ")
}

// listRules prints all rules with their groups and titles.
func listRules(w io.Writer) error {
	out := bufio.NewWriter(w)
	for _, r := range lint.Rules() {
		title := ""
		if e, ok := diag.Explain(r.Code); ok {
			title = e.Title
		}
		group := r.Group
		if group == "" {
			group = "-"
		}
		fmt.Fprintf(out, "%-8s  %-30s  %s\n", group, r.Code, title)
	}
	return out.Flush()
}
