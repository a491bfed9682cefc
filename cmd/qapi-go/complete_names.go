package main

import (
	"cmp"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/source"
	"github.com/qapi-go/qapi-go/ir"
)

// completePatterns completes the names of commands and events for --include and --exclude.
func (g *generate) completePatterns(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	names := g.flags.Schemas
	if len(names) == 0 && !cmd.Flags().Changed("schema") {
		if c, err := g.project.load(cmd); c != nil && err == nil {
			for _, s := range c.AllSchemas() {
				names = append(names, s.Name)
			}
		}
	}
	var words []string
	for _, s := range g.forCompletion(names) {
		for _, c := range s.Commands {
			words = append(words, c.Name)
		}
		for _, e := range s.Events {
			words = append(words, e.Name)
		}
	}
	return startingWith(words, typed)
}

// complete completes the schema and the names of its definitions.
func (in *inspection) complete(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	schemas, _, err := in.arguments(cmd, args)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var words []string
	for _, s := range in.load.forCompletion(schemaNames(schemas)) {
		for d := range s.ByModule() {
			words = append(words, d.Head().Name)
		}
	}
	return startingWith(words, typed)
}

func schemaNames(schemas []config.Schema) []string {
	names := make([]string, len(schemas))
	for i, s := range schemas {
		names[i] = s.Name
	}
	return names
}

// forCompletion loads schemas without printing anything; of a folder of releases, the last one.
// Schemas that cannot be read are left out. Without names, it loads the example.
func (l *loader) forCompletion(names []string) []*ir.Schema {
	l.dialect = cmp.Or(l.dialect, autoDialect)
	if l.pin("") != nil {
		return nil
	}
	if len(names) == 0 {
		src, err := l.openSource(newGenerate(), "")
		if err != nil {
			return nil
		}
		return l.loadQuietly(src)
	}
	var all []*ir.Schema
	for _, name := range names {
		if driver.HoldsReleases(name) {
			roots, err := driver.Releases(name, "", io.Discard)
			if err != nil || len(roots) == 0 {
				continue
			}
			name = roots[len(roots)-1].Root
		}
		if src, err := source.Open(name); err == nil {
			all = append(all, l.loadQuietly(src)...)
		}
	}
	return all
}

func (l *loader) loadQuietly(src *source.Source) []*ir.Schema {
	defer src.Close()
	got, err := l.LoadFrom(src, io.Discard)
	if err != nil || got.Schema == nil {
		return nil
	}
	return []*ir.Schema{got.Schema}
}

// startingWith returns the words with the prefix that was typed, each once.
func startingWith(words []string, typed string) ([]string, cobra.ShellCompDirective) {
	var some []string
	seen := make(map[string]bool)
	for _, w := range words {
		if strings.HasPrefix(w, typed) && !seen[w] {
			seen[w] = true
			some = append(some, w)
		}
	}
	return some, cobra.ShellCompDirectiveNoFileComp
}
