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
	"github.com/qapi-go/qapi-go/lint"
)

// A linting is the flags of lint.
type linting struct {
	load    loader
	opts    lint.Options
	history string
	root    string
	rules   bool
}

func newLint() *cobra.Command {
	var l linting
	cmd := &cobra.Command{
		Use:   "lint SCHEMA...",
		Short: "Say what a schema may do but should not",
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
			case l.history == "" && len(args) == 0:
				return usagef(cmd, "which schema?")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := l.load.check(cmd); err != nil {
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
			return l.run(cmd, args)
		},
	}
	l.load.addFlags(cmd)
	f := cmd.Flags()
	f.StringSliceVar(&l.opts.Use, "use", nil, "`rules` and groups to check (default STANDARD)")
	f.StringSliceVar(&l.opts.Except, "except", nil, "`rules` and groups not to check")
	f.BoolVar(&l.rules, "rules", false, "list the rules")
	f.StringVar(&l.history, "history", "", "`folder` whose folders hold a release each")
	f.StringVar(&l.root, "root", "", "root `file` of the schema in each release (default qapi/qapi-schema.json or qapi-schema.json)")
	return cmd
}

// run checks schemas.
func (l *linting) run(cmd *cobra.Command, args []string) error {
	stderr := cmd.ErrOrStderr()
	var result error
	for _, name := range args {
		got, err := l.load.load(name, stderr)
		if err == nil {
			err = l.lint(stderr, name, got)
		}
		switch {
		case errors.Is(err, errUnreadable):
			result = err
		case errors.Is(err, errFindings):
			if result == nil {
				result = err
			}
		case err != nil:
			return err
		}
	}
	if err := l.load.finish(stderr); err != nil {
		return err
	}
	return result
}

// lint checks a schema that was read, and prints what it finds and the summary.
func (l *linting) lint(stderr io.Writer, name string, got *loaded) error {
	notes := l.load.notes(stderr)
	if got.Schema == nil {
		fmt.Fprintf(notes, "qapi-go: %s: %s in %s: not linted\n", name, plural(got.Errors, "error"), plural(got.Files, "file"))
		return errFindings
	}
	var list diag.List
	lint.Run(lint.Schema{
		IR: got.Schema, Root: got.Parsed.Root,
		Text: func(file string) string { return got.Parsed.Lookup(file).Text },
	}, l.opts, &list)
	printer := &diag.Printer{Fset: got.Schema.Fset, Lookup: got.Parsed.Lookup}
	if err := l.load.report(stderr, printer, &list); err != nil {
		return err
	}
	found := list.Sorted()
	if len(found) == 0 {
		fmt.Fprintf(notes, "qapi-go: %s: no findings in %s, %s\n", name, plural(got.Files, "file"), plural(got.definitions(), "definition"))
		return nil
	}
	fmt.Fprintf(notes, "qapi-go: %s: %s in %s: %s\n", name, plural(len(found), "finding"), plural(got.Files, "file"), countRules(found))
	return errFindings
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
		fmt.Fprintf(out, "%-8s  %-29s  %s\n", group, r.Code, title)
	}
	return out.Flush()
}
