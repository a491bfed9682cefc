package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/signal"
	"slices"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/impact"
)

// A usedFormat is a format of the report of changes that affect a program.
type usedFormat struct {
	name  string
	print func(io.Writer, *impact.Report, impact.Names) error
}

// usedFormats are the values of --format of diff with --used.
var usedFormats = []usedFormat{
	{"text", impact.Text},
	{"json", impact.JSON},
	{"markdown", impact.Markdown},
	{"github", impact.GitHub},
	{"sarif", impact.SARIF},
}

// A usage holds the flags of diff about a program.
type usage struct {
	patterns []string
	tags     []string
	unused   bool
}

func (u *usage) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&u.patterns, "used", nil, "Go package `pattern`, such as ./...: report only what affects these packages (repeatable)")
	f.StringSliceVar(&u.tags, "tags", nil, "with --used: build tags")
	f.BoolVar(&u.unused, "unused", false, "with --used: print the commands and events in use, as include: lines for qapi.yaml")
}

// check returns an error for invalid flags.
func (u *usage) check(cmd *cobra.Command, format string) error {
	if len(u.patterns) == 0 {
		if u.unused || len(u.tags) > 0 {
			return usagef(cmd, "--unused and --tags need --used PATTERN")
		}
		return nil
	}
	names := make([]string, len(usedFormats))
	for i, f := range usedFormats {
		names[i] = f.name
	}
	if !slices.Contains(names, format) {
		return usagef(cmd, "--format takes %s with --used, not %q", oneOf(names), format)
	}
	for _, flag := range []string{"level", "accept", "history"} {
		if cmd.Flags().Changed(flag) {
			return usagef(cmd, "--%s and --used exclude each other", flag)
		}
	}
	return nil
}

// runUsed reports the changes between two schemas that affect a program.
func (d *differ) runUsed(cmd *cobra.Command, oldName, newName string) error {
	old, err := d.operand(cmd, oldName)
	if err != nil {
		return d.notCompared(cmd, err)
	}
	new, err := d.operand(cmd, newName)
	if err != nil {
		return d.notCompared(cmd, err)
	}
	if err := d.load.Finish(cmd.ErrOrStderr()); err != nil {
		return err
	}
	notes := d.load.Notes(cmd.ErrOrStderr())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	prog, err := impact.Load(ctx, d.usage.patterns, impact.Options{Tags: d.usage.tags})
	if err != nil {
		driver.Note(notes, "nothing was compared")
		return err
	}
	out := bufio.NewWriter(cmd.OutOrStdout())
	if d.usage.unused {
		if err := impact.Unused(out, prog, old); err != nil {
			return err
		}
		return out.Flush()
	}
	report := impact.Analyze(prog, old, new, compat.Options{Introspected: driver.Introspected(oldName) || driver.Introspected(newName), Vendors: d.vendors})
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	for _, f := range usedFormats {
		if f.name == d.format {
			if err := f.print(out, report, impact.Names{Old: oldName, New: newName, Dir: dir}); err != nil {
				return err
			}
		}
	}
	if err := out.Flush(); err != nil {
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
