package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/compat"
)

// historyFormats are what diff's --format means with --history.
var historyFormats = map[string]func(io.Writer, *compat.History) error{
	"text":     compat.TextHistory,
	"json":     compat.JSONHistory,
	"markdown": compat.MarkdownHistory,
}

// schemaRoots are where QEMU has had its main schema.
var schemaRoots = []string{"qapi/qapi-schema.json", "qapi-schema.json"}

// A releaseRoot is the schema of a release in a folder of releases.
type releaseRoot struct {
	name    string
	version compat.Version
	root    string // path of the root file
}

// releasesIn returns the releases in the folders of dir, and prints which folders
// hold none. Root is where each has its schema, "" for where QEMU has it.
func releasesIn(dir, root string, notes io.Writer) ([]releaseRoot, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var found []releaseRoot
	for _, entry := range entries {
		name := entry.Name()
		version, ok := compat.ParseVersion(name)
		file := schemaIn(filepath.Join(dir, name), root)
		if !ok || file == "" {
			fmt.Fprintf(notes, "qapi-go: %s: no release: it needs a version in its name and a schema\n", filepath.Join(dir, name))
			continue
		}
		found = append(found, releaseRoot{name, version, file})
	}
	return found, nil
}

// tooFew says that releases are too few for a history.
func tooFew(dir string, n int) error {
	return fmt.Errorf("%s: a history needs two releases at least, and there are %d", dir, n)
}

// runHistory compares the releases in a folder.
func (d *differ) runHistory(cmd *cobra.Command) error {
	notes := d.load.notes(cmd.ErrOrStderr())
	roots, err := releasesIn(d.history, d.root, notes)
	if err != nil {
		return err
	}
	var releases []compat.Release
	leftOut := 0
	for _, r := range roots {
		s, err := d.operand(cmd, r.root)
		if err != nil { // the others are compared
			leftOut++
			fmt.Fprintf(notes, "qapi-go: release %s is left out: its schema could not be read\n", r.name)
			continue
		}
		releases = append(releases, compat.Release{Name: r.name, Version: r.version, Schema: s})
	}
	if err := d.load.finish(cmd.ErrOrStderr()); err != nil {
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
		fmt.Fprintf(notes, "qapi-go: %s\n", history.Summary())
	}
	if leftOut > 0 || failOn[d.fail] <= compat.Warning && history.Findings() {
		return errFindings
	}
	return nil
}

// schemaIn returns the root file of the release in a folder, or "".
func schemaIn(dir, root string) string {
	roots := schemaRoots
	if root != "" {
		roots = []string{root}
	}
	for _, root := range roots {
		file := filepath.Join(dir, filepath.FromSlash(root))
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	return ""
}
