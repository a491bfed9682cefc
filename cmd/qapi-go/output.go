package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/qapi-go/qapi-go/internal/driver"
)

// A writing holds the flags about generated files.
type writing struct {
	out     driver.Output // but for the folder
	timings bool
}

func (w *writing) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&w.out.Check, "check", false, "write nothing; list files that are not up to date")
	f.BoolVar(&w.out.Diff, "diff", false, "write nothing; print the changes as a unified diff")
	f.BoolVar(&w.out.Clean, "clean", false, "also remove files that are no longer generated but were edited by hand")
	f.BoolVar(&w.timings, "timings", false, "print the time of each stage on stderr")
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		var given []string
		for _, name := range []string{"check", "diff", "clean"} {
			if on, err := f.GetBool(name); err == nil && on {
				given = append(given, "--"+name)
			}
		}
		if len(given) > 1 {
			return usagef(cmd, "%s and %s exclude each other", given[0], given[1])
		}
		return nil
	}
}

// lastStage is the name of the last stage for --timings.
func (w *writing) lastStage() string {
	if w.out.Dry() {
		return "compare"
	}
	return "write"
}

// to returns the output in a folder.
func (w *writing) to(dir string) *driver.Output {
	out := w.out
	out.Dir = dir
	return &out
}

// runAgain returns the command line to type, without the flags that keep it from writing.
func runAgain(cmd *cobra.Command) string {
	words := []string{commandLine(cmd)}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if slices.Contains([]string{"check", "diff", "timings", "error-format"}, f.Name) {
			return
		}
		values := []string{f.Value.String()}
		if several, ok := f.Value.(pflag.SliceValue); ok {
			values = several.GetSlice()
		}
		if f.Value.Type() == "stringToString" {
			values[0] = strings.Trim(values[0], "[]")
		}
		for _, v := range values {
			words = append(words, "--"+f.Name+" "+quote(v))
		}
	})
	return strings.Join(words, " ")
}

// quote quotes a word for a shell, if that is needed.
func quote(word string) string {
	safe := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./:=@,+%", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !safe(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
