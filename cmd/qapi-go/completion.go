package main

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/lint"
)

// shells are the supported shells.
var shells = []struct {
	name  string
	print func(root *cobra.Command, w io.Writer) error
}{
	{"bash", func(root *cobra.Command, w io.Writer) error {
		if err := root.GenBashCompletionV2(w, true); err != nil {
			return err
		}
		_, err := io.WriteString(w, bashValues)
		return err
	}},
	{"zsh", (*cobra.Command).GenZshCompletion},
	{"fish", func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) }},
	{"powershell", (*cobra.Command).GenPowerShellCompletionWithDesc},
}

// bashValues is added to cobra's script for bash. It works without the package bash-completion.
// In bash a word ends at "=", so that the completion of KEY=VALUE replaces only VALUE.
const bashValues = `
__qapi-go_init_completion() {
    COMPREPLY=()
    if declare -F _get_comp_words_by_ref >/dev/null; then
        _get_comp_words_by_ref "$@" cur prev words cword
        return
    fi
    local line="${COMP_LINE:0:COMP_POINT}"
    read -r -a words <<<"$line"
    if [[ $line == *[[:blank:]] ]]; then
        words+=("")
    fi
    cword=$((${#words[@]} - 1))
    cur=${words[cword]}
    prev=
    if ((cword > 0)); then
        prev=${words[cword - 1]}
    fi
}
if ! declare -F _filedir >/dev/null; then
    _filedir() {
        local kind=-f
        if [[ $1 == -d ]]; then
            kind=-d
        fi
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen $kind -- "$cur")
    }
fi
__qapi-go_values() {
    __start_qapi-go "$@"
    local word="${COMP_LINE:0:COMP_POINT}"
    word="${word##* }"
    if [[ $COMP_WORDBREAKS == *=* && $word != -* && $word == *=* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${word%%=*}="}")
    fi
}
complete -o default -F __qapi-go_values qapi-go
`

// newCompletion makes the completion command. Unlike cobra's, it fails for an unknown shell.
func newCompletion() *cobra.Command {
	var names []string
	for _, s := range shells {
		names = append(names, s.name)
	}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print a script that completes command lines in a shell",
		Long: "completion prints a completion script for " + oneOf(names) + `:
commands, flags, values of flags, and names in the schema at hand.

Exit status: 0 printed; 2 no such shell.`,
		Example: `  source <(qapi-go completion bash)
  qapi-go completion zsh > "${fpath[1]}/_qapi-go"
  qapi-go completion fish > ~/.config/fish/completions/qapi-go.fish
  qapi-go completion powershell | Out-String | Invoke-Expression`,
		ValidArgs: names,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef(cmd, "completion takes one shell: %s", oneOf(names))
			}
			if !slices.Contains(names, args[0]) {
				hint := ""
				if near := diag.Nearest(args[0], names); near != "" {
					hint = "; did you mean " + near + "?"
				}
				return usagef(cmd, "there is no completion for %q, only for %s%s", args[0], oneOf(names), hint)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return shells[slices.Index(names, args[0])].print(cmd.Root(), cmd.OutOrStdout())
		},
	}
}

// completeFlags adds completion of the values of all flags.
func completeFlags(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if slices.Contains([]string{"out", "into", "history"}, f.Name) {
				cmd.MarkFlagDirname(f.Name)
			} else if words := flagWords(cmd.Name(), f.Name); words != nil {
				cmd.RegisterFlagCompletionFunc(f.Name, completeList(words, f))
			}
		})
	}
}

// flagWords returns the possible values of a flag, or nil if they are not words.
func flagWords(command, flag string) []string {
	switch flag {
	case "error-format":
		return diag.Formats()
	case "dialect":
		return []string{autoDialect}
	case "docs":
		return goDocs
	case "parts":
		return defaultParts
	case "level":
		return diffLevels
	case "fail-on":
		return failOnNames
	case "use", "except":
		words := slices.Clone(lint.Groups)
		for _, r := range lint.Rules() {
			words = append(words, string(r.Code))
		}
		return words
	case "format":
		var words []string
		switch command {
		case "docs":
			return docFormats
		case "diff":
			for _, f := range diffFormats {
				words = append(words, f.name)
			}
		case "upgrade":
			for _, f := range usedFormats {
				words = append(words, f.name)
			}
		case "inspect":
			for _, f := range inspectFormats {
				words = append(words, f.name)
			}
		}
		return words
	}
	return nil
}

// completeList completes one of several words or, for a flag that takes a list,
// the last of those that are separated by commas.
func completeList(words []string, f *pflag.Flag) cobra.CompletionFunc {
	_, list := f.Value.(pflag.SliceValue)
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		before := ""
		if i := strings.LastIndexByte(typed, ','); list && i >= 0 {
			before = typed[:i+1]
		}
		var all []string
		for _, w := range words {
			if !slices.Contains(strings.Split(before, ","), w) {
				all = append(all, before+w)
			}
		}
		return all, cobra.ShellCompDirectiveNoFileComp
	}
}
