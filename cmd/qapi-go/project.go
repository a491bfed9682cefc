package main

import (
	"cmp"
	"errors"
	"fmt"
	"go/token"
	"slices"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/gen/golang"
	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/lint"
)

// A project holds the flag for a configuration.
type project struct{ file string }

func (p *project) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&p.file, "config", "c", "", "configuration `file` (default: the nearest "+config.FileName+" in the project; see docs/config.md)")
	cmd.MarkFlagFilename("config", "yaml")
}

// load reads the configuration of the flag or, without it, the one that applies in the current
// folder. It returns nil if there is none.
func (p *project) load(cmd *cobra.Command) (*config.Config, error) {
	name := p.file
	if cmd.Flags().Changed("config") {
		if name == "" {
			return nil, usagef(cmd, "--config: the name of the file is empty")
		}
	} else {
		var err error
		if name, err = config.Find("."); name == "" || err != nil {
			return nil, err
		}
	}
	text, err := driver.ReadFile(name, config.MaxSize)
	if err != nil {
		return nil, err
	}
	return config.Parse(name, text, configRules())
}

// outputs reads the configuration for a command that makes outputs. It returns nil if the command
// has the flags of one output. The flags in shaping describe one output.
func (p *project) outputs(cmd *cobra.Command, shaping []string) (*config.Config, error) {
	for _, name := range []string{"schema", "out"} {
		if !cmd.Flags().Changed(name) {
			continue
		}
		if cmd.Flags().Changed("config") {
			return nil, usagef(cmd, "--config and --%s exclude each other", name)
		}
		return nil, nil
	}
	c, err := p.load(cmd)
	if c == nil || err != nil {
		return nil, err
	}
	for _, name := range shaping {
		if cmd.Flags().Changed(name) {
			return nil, usagef(cmd, "--%s is for one output, but %s lists the outputs: set it there, or give --schema and --out", name, c.Path)
		}
	}
	return c, nil
}

// schemas returns the schemas that the arguments name or, without arguments, the
// configuration.
func (p *project) schemas(cmd *cobra.Command, args []string) ([]config.Schema, error) {
	if len(args) > 0 {
		all := make([]config.Schema, len(args))
		for i, name := range args {
			all[i].Name = name
		}
		return all, nil
	}
	c, err := p.load(cmd)
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, usagef(cmd, "no schema given, and no %s that names one", config.FileName)
	}
	all := c.AllSchemas()
	if len(all) == 0 {
		return nil, fmt.Errorf("%s names no schema", c.Path)
	}
	if cmd.Flags().Changed("dialect") {
		for i := range all {
			all[i].Dialect = ""
		}
	}
	return all, nil
}

// configRules are the rules for values in a configuration, those of the flags.
func configRules() config.Rules {
	release := func(v string) error {
		if v == autoDialect {
			return nil
		}
		_, err := dialect.Parse(v)
		return err
	}
	return config.Rules{
		"dialect":          release,
		"generate.dialect": release,
		"docs.dialect":     release,
		"generate.package": func(v string) error {
			if !isPackage(v) {
				return fmt.Errorf("%q is not the name of a Go package", v)
			}
			return nil
		},
		"generate.parts": func(v string) error { _, err := golang.ParseParts([]string{v}); return err },
		"generate.docs":  among(goDocs),
		"generate.spdx": func(v string) error {
			if !golang.IsLicence(v) {
				return fmt.Errorf("%q is not an SPDX expression such as \"MIT OR Apache-2.0\"", v)
			}
			return nil
		},
		"docs.format":  among(docFormats),
		"diff.level":   among(diffLevels),
		"diff.fail_on": among(failOnNames),

		"lint.use":           func(v string) error { return lint.Options{Use: []string{v}}.Check() },
		"lint.except":        func(v string) error { return lint.Options{Except: []string{v}}.Check() },
		"lint.ignore_only.*": func(v string) error { return lint.Options{IgnoreOnly: map[string][]string{v: nil}}.Check() },
	}
}

// Values of flags, and of keys in a configuration.
var (
	goDocs      = []string{string(golang.DocsFull), string(golang.DocsSummary), string(golang.DocsNone)}
	diffLevels  = []string{string(compat.Send), string(compat.Recv), string(compat.Go)}
	failOnNames = []string{"breaking", "warning", "none"}
)

// among returns a rule for one of several words.
func among(words []string) func(string) error {
	return func(v string) error {
		if slices.Contains(words, v) {
			return nil
		}
		if len(words) == 1 {
			return fmt.Errorf("want %s, not %q", words[0], v)
		}
		return fmt.Errorf("want %s, not %q", oneOf(words), v)
	}
}

func isPackage(name string) bool { return token.IsIdentifier(name) && name != "_" }

// eachOutput makes all outputs. It continues after one that has findings.
func eachOutput[T any](outputs []T, one func(T) error) error {
	var result error
	for _, o := range outputs {
		switch err := one(o); {
		case errors.Is(err, driver.ErrUnreadable):
			result = err
		case errors.Is(err, driver.ErrFindings):
			result = cmp.Or(result, err)
		case err != nil:
			return err
		}
	}
	return result
}

// inConfig adds the position of the output in the configuration to an error.
func inConfig(c *config.Config, pos config.Pos, err error) error {
	if c == nil || err == nil || errors.Is(err, driver.ErrFindings) || errors.Is(err, driver.ErrUnreadable) {
		return err
	}
	return fmt.Errorf("%s:%d:%d: %w", c.Path, pos.Line, pos.Column, err)
}
