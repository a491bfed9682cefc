package main

import (
	"bufio"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/driver"
)

// historyFormats are the values of --format of diff with --history.
var historyFormats = map[string]func(io.Writer, *compat.History) error{
	"text":     compat.TextHistory,
	"json":     compat.JSONHistory,
	"markdown": compat.MarkdownHistory,
}

// tooFew returns the error for too few releases.
func tooFew(dir string, n int) error {
	return fmt.Errorf("%s: a history needs at least two releases, not %d", dir, n)
}

// runHistory compares the releases in a folder.
func (d *differ) runHistory(cmd *cobra.Command) error {
	notes := d.load.Notes(cmd.ErrOrStderr())
	roots, err := driver.Releases(d.history, d.root, notes)
	if err != nil {
		return err
	}
	var releases []compat.Release
	leftOut := 0
	for _, r := range roots {
		s, err := d.operand(cmd, r.Root)
		if err != nil { // the others are compared
			leftOut++
			driver.Note(notes, "release %s is left out: its schema could not be read", r.Name)
			continue
		}
		releases = append(releases, compat.Release{Name: r.Name, Version: r.Version, Schema: s})
	}
	if err := d.load.Finish(cmd.ErrOrStderr()); err != nil {
		return err
	}
	if len(releases) < 2 {
		return tooFew(d.history, len(releases))
	}
	history := compat.NewHistory(releases, compat.Options{Vendors: d.vendors})
	out := bufio.NewWriter(cmd.OutOrStdout())
	if err := historyFormats[d.format](out, history); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if d.format != "text" {
		driver.Note(notes, "%s", history.Summary())
	}
	if leftOut > 0 || failOn[d.fail] <= compat.Warning && history.Findings() {
		return driver.ErrFindings
	}
	return nil
}
