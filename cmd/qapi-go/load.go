package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/source"
)

// A loader holds the flags about reading schemas, and loads them.
type loader struct {
	driver.Loader
	dialect string
}

// addFlags adds the flags of commands that read a schema.
func (l *loader) addFlags(cmd *cobra.Command) {
	l.addFormat(cmd)
	cmd.Flags().StringVar(&l.dialect, "dialect", autoDialect, "`release` of QEMU whose rules apply to schemas, such as 2.12; "+autoDialect+" detects it")
}

// addFormat adds the flag of all commands that read a schema, and has dialects detected.
func (l *loader) addFormat(cmd *cobra.Command) {
	l.dialect = autoDialect
	cmd.Flags().StringVar((*string)(&l.Format), "error-format", "text", "format of schema errors on stderr: "+oneOf(diag.Formats()))
}

// autoDialect is the value of --dialect that detects the dialect.
const autoDialect = "auto"

// oneOf returns "a, b or c".
func oneOf(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// check returns an error for invalid flags.
func (l *loader) check(cmd *cobra.Command) error {
	if !slices.Contains(diag.Formats(), string(l.Format)) {
		return usagef(cmd, "--error-format takes %s, not %q", oneOf(diag.Formats()), string(l.Format))
	}
	if err := l.pin(l.dialect); err != nil {
		return usagef(cmd, "--dialect takes a release or %s: %v", autoDialect, err)
	}
	return nil
}

// pin sets the dialect of the schemas that are loaded next. An empty release means that of
// the flag.
func (l *loader) pin(release string) (err error) {
	l.Release = 0
	if release = cmp.Or(release, l.dialect); release != autoDialect {
		l.Release, err = dialect.Parse(release)
	}
	return err
}

// openSource opens the schema of --schema or of a configuration, or the example. An empty value of
// the flag is an error: it may be an unset variable.
func (l *loader) openSource(cmd *cobra.Command, name string) (*source.Source, error) {
	if name == "" && !cmd.Flags().Changed("schema") {
		return source.Embedded(qapigo.Example, qapigo.ExampleRoot), nil
	}
	return l.Open(name, cmd.ErrOrStderr())
}
