package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/compat"
)

// historyFormats are what diff's --format means with --history.
var historyFormats = map[string]func(io.Writer, *compat.History) error{
	"text":     compat.TextHistory,
	"json":     compat.JSONHistory,
	"markdown": compat.MarkdownHistory,
}

// schemaRoots are where QEMU has had its main schema.
var schemaRoots = []string{"qapi/qapi-schema.json", "qapi-schema.json"}

// runHistory compares the releases in a folder.
func (d *differ) runHistory(cmd *cobra.Command) error {
	entries, err := os.ReadDir(d.history)
	if err != nil {
		return err
	}
	notes := d.load.notes(cmd.ErrOrStderr())
	var releases []compat.Release
	for _, entry := range entries {
		name := entry.Name()
		version, ok := compat.ParseVersion(name)
		root := d.schemaIn(name)
		if !ok || root == "" {
			fmt.Fprintf(notes, "qapi-go: %s: no release: it needs a version in its name and a schema\n", filepath.Join(d.history, name))
			continue
		}
		s, err := d.operand(cmd, root)
		if err != nil {
			return d.notCompared(cmd, err)
		}
		releases = append(releases, compat.Release{Name: name, Version: version, Schema: s})
	}
	if err := d.load.finish(cmd.ErrOrStderr()); err != nil {
		return err
	}
	if len(releases) < 2 {
		return fmt.Errorf("%s: a history needs two releases at least, and there are %d", d.history, len(releases))
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
		fmt.Fprintf(notes, "qapi-go: %s\n", history.Summary())
	}
	if failOn[d.fail] <= compat.Warning && history.Findings() {
		return errFindings
	}
	return nil
}

// schemaIn returns the root file of the release in a folder, or "".
func (d *differ) schemaIn(name string) string {
	roots := schemaRoots
	if d.root != "" {
		roots = []string{d.root}
	}
	for _, root := range roots {
		file := filepath.Join(d.history, name, filepath.FromSlash(root))
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	return ""
}
