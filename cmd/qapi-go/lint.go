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
	"github.com/qapi-go/qapi-go/gen/golang"
	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/lint"
	"github.com/qapi-go/qapi-go/ir"
)

// A linting is the flags of lint.
type linting struct {
	load    loader
	project project
	opts    lint.Options
	history string
	root    string
	rules   bool
}

func newLint() *cobra.Command {
	var l linting
	cmd := &cobra.Command{
		Use:   "lint [SCHEMA...]",
		Short: "Report questionable style in schemas",
		Long: `lint checks each schema as check does and, if it has no errors, by rules of
style: names, documentation that is missing or misread, examples that the schema
does not allow, exceptions that nothing needs. Findings are warnings, on stderr
in the format that --error-format names; a line with the counts by rule follows.

The rules come in groups; STANDARD is checked if nothing else is said. "lint
--rules" lists them, "qapi-go explain RULE" tells of one.

A comment leaves findings out:

  # qapi-go:ignore RULE reason

It holds for its line, or, on a line of its own, for the next line inside of a
definition, and outside for the whole definition or directive that follows. One
that is wrong or that nothing needs is a finding itself.

Without a SCHEMA, those are checked that qapi.yaml names. --use and --except may
also stand there under lint, and files in which a rule does not hold under
ignore_only (docs/config.md); flags go first.

Documentation may refer to what the other schemas of the run define.

--history DIR takes the newest of the releases in the folders of DIR, as diff
does, and finds also where its "Since:" contradicts the others.

Exit status: 0 no findings; 1 findings or errors; 2 could not run.`,
		Example: `  qapi-go lint qapi/qapi-schema.json
  qapi-go lint --use STANDARD,DOCS --except LINE_70,TWO_SPACES qapi/qapi-schema.json
  qapi-go lint --history releases
  qapi-go lint --rules`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case l.rules && len(args)+len(l.history) > 0:
				return usagef(cmd, "--rules takes no schema")
			case l.rules:
			case l.history != "" && len(args) > 0:
				return usagef(cmd, "--history takes the schemas from its folder: %q is one argument too many", args[0])
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
				return usagef(cmd, "--root belongs to --history")
			}
			if l.rules {
				return listRules(cmd.OutOrStdout())
			}
			var schemas []config.Schema
			if l.history == "" {
				var err error
				if schemas, err = l.project.schemas(cmd, args); err != nil {
					return err
				}
			}
			return l.run(cmd, schemas)
		},
	}
	l.load.addFlags(cmd)
	l.project.addFlags(cmd)
	f := cmd.Flags()
	f.StringSliceVar(&l.opts.Use, "use", nil, "`rules` and groups to check (default STANDARD)")
	f.StringSliceVar(&l.opts.Except, "except", nil, "`rules` and groups not to check")
	f.BoolVar(&l.rules, "rules", false, "list the rules")
	f.StringVar(&l.history, "history", "", "`folder` whose folders hold a release each")
	f.StringVar(&l.root, "root", "", "root `file` of the schema in each release (default qapi/qapi-schema.json or qapi-schema.json)")
	return cmd
}

// configure takes from the configuration what flags do not say.
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
	stderr := cmd.ErrOrStderr()
	var result error
	var schemas []*linted
	for _, arg := range args {
		name := arg.Name
		if err := l.load.pin(arg.Dialect); err != nil {
			return err
		}
		got, err := l.load.Load(name, stderr)
		switch {
		case errors.Is(err, driver.ErrUnreadable):
			result = err
		case err != nil:
			return err
		default:
			schemas = append(schemas, &linted{Loaded: got, name: name})
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
		err := l.lint(stderr, s, schemas)
		switch {
		case errors.Is(err, driver.ErrFindings) && result == nil:
			result = err
		case err != nil && !errors.Is(err, driver.ErrFindings):
			return err
		}
	}
	if err := l.load.Finish(stderr); err != nil {
		return err
	}
	return result
}

// A linted is a schema that is checked.
type linted struct {
	*driver.Loaded
	name    string
	history *compat.History
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
func (l *linting) lint(stderr io.Writer, s *linted, all []*linted) error {
	notes := l.load.Notes(stderr)
	if s.Schema == nil {
		driver.Note(notes, "%s: %s in %s: not linted", s.name, driver.Plural(s.Errors, "error"), driver.Plural(s.Files, "file"))
		return driver.ErrFindings
	}
	in := lint.Schema{
		IR: s.Schema, Root: s.Parsed.Root, History: s.history,
		Text:    func(file string) string { return s.Parsed.Lookup(file).Text },
		Clashes: goClashes,
	}
	for _, other := range all {
		if other != s && other.Schema != nil {
			in.Others = append(in.Others, other.Schema)
		}
	}
	list := diag.List{Fset: s.Schema.Fset, Lookup: s.Parsed.Lookup}
	lint.Run(in, l.opts, &list)
	if err := l.load.Report(stderr, &list); err != nil {
		return err
	}
	found := list.Sorted()
	if len(found) == 0 {
		driver.Note(notes, "%s: no findings in %s, %s", s.name, driver.Plural(s.Files, "file"), driver.Plural(s.Definitions(), "definition"))
		return nil
	}
	driver.Note(notes, "%s: %s in %s: %s", s.name, driver.Plural(len(found), "finding"), driver.Plural(s.Files, "file"), countRules(found))
	return driver.ErrFindings
}

// goClashes returns the clashes of names in the Go package of a schema.
func goClashes(s *ir.Schema) []lint.Clash { return lintClashes(golang.Clashes(s)) }

func lintClashes(clashes []golang.Clash) []lint.Clash {
	list := make([]lint.Clash, len(clashes))
	for i, c := range clashes {
		list[i] = lint.Clash{Message: c.Message(), First: c.First.Pos, Second: c.Second.Pos}
	}
	return list
}

// countRules says how many findings there are of each rule, in the order of the
// rules' names.
func countRules(found []*diag.Diagnostic) string {
	counts := make(map[diag.Code]int)
	var codes []diag.Code
	for _, d := range found {
		if counts[d.Code]++; counts[d.Code] == 1 {
			codes = append(codes, d.Code)
		}
	}
	slices.Sort(codes)
	parts := make([]string, len(codes))
	for i, c := range codes {
		parts[i] = fmt.Sprintf("%s %d", c, counts[c])
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
