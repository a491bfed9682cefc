package main

import (
	"bufio"
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/compat"
)

func newExplain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain [CODE]",
		Short: "Explain an error, or a rule of lint or diff",
		Long: `explain prints the rule behind an error, the reason for it and its source, with an
example that breaks it and one that does not. CODE is the word in brackets at the end
of an error, or a rule of "qapi-go lint" or "qapi-go diff", in capitals.

Without CODE, it lists all codes.

Exit status: 0 explained; 2 no such code.`,
		Example: `  qapi-go explain unknown-type
  qapi-go explain DOC_SINCE
  qapi-go explain ARG_REMOVED
  qapi-go explain`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef(cmd, "explain takes one code, not %d", len(args))
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return codeNames(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			out := bufio.NewWriter(cmd.OutOrStdout())
			if len(args) == 0 {
				listCodes(out)
				return out.Flush()
			}
			code := strings.Trim(args[0], "[]")
			rule := strings.ToUpper(strings.ReplaceAll(code, "-", "_"))
			if e, ok := compat.Explain(rule); ok {
				out.WriteString(e.String())
				return out.Flush()
			}
			e, ok := diag.Explain(diag.Code(strings.ToLower(code)))
			if !ok {
				e, ok = diag.Explain(diag.Code(rule))
			}
			if !ok {
				hint := ""
				if near := cmp.Or(diag.Nearest(strings.ToLower(code), codeNames()), diag.Nearest(rule, codeNames())); near != "" {
					hint = fmt.Sprintf("; did you mean %s?", near)
				}
				return usagef(cmd, "there is no code %q%s", args[0], hint)
			}
			out.WriteString(e.Text())
			return out.Flush()
		},
	}
}

// codeNames returns all codes: those of errors, and the rules of lint and diff.
func codeNames() []string {
	var names []string
	for _, code := range diag.Codes() {
		names = append(names, string(code))
	}
	for _, rule := range compat.Rules() {
		names = append(names, string(rule.Name))
	}
	return names
}

// listCodes prints all codes with their titles.
func listCodes(out *bufio.Writer) {
	names := codeNames()
	width := 0
	for _, name := range names {
		width = max(width, len(name))
	}
	for _, name := range names {
		if e, ok := diag.Explain(diag.Code(name)); ok {
			fmt.Fprintf(out, "%-*s  %s\n", width, name, e.Title)
		} else if e, ok := compat.Explain(name); ok {
			fmt.Fprintf(out, "%-*s  %s\n", width, name, e.Title)
		}
	}
}
