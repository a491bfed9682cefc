package main

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/driver"
)

// A schemaSet holds the flags of commands that merge several schemas.
type schemaSet struct {
	schemas []string
	prefer  string
}

func (s *schemaSet) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&s.schemas, "schema", nil, "root `file` of a schema; repeat it for several releases, which are merged (docs/releases.md)")
	f.StringVar(&s.prefer, "prefer", "", "`release` that keeps its names where releases clash")
}

// list returns the schemas of the flags as a schema of a configuration; nil if there are none.
func (s *schemaSet) list(cmd *cobra.Command) ([]config.Schema, error) {
	switch {
	case len(s.schemas) == 0:
		return nil, nil
	case slices.Contains(s.schemas, ""):
		return nil, usagef(cmd, "--schema: the name of the schema is empty")
	case isReleases(s.schemas):
		return []config.Schema{{Releases: s.schemas, Prefer: s.prefer}}, nil
	}
	return []config.Schema{{Name: s.schemas[0], Prefer: s.prefer}}, nil
}

// mergedRoots returns the root files of several releases, oldest first.
func (l *loader) mergedRoots(cmd *cobra.Command, schemas []string, prefer string) ([]driver.Release, error) {
	roots, err := l.releaseRoots(cmd, schemas)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(roots, func(a, b driver.Release) int { return a.Version.Compare(b.Version) })
	if prefer != "" && !slices.ContainsFunc(roots, func(r driver.Release) bool { return r.Name == prefer }) {
		names := make([]string, len(roots))
		for i, r := range roots {
			names[i] = r.Name
		}
		return nil, usagef(cmd, "--prefer takes one of the releases, %s, not %q", oneOf(names), prefer)
	}
	return roots, nil
}

// asOne returns the schemas of a schema, and reports whether they are several releases.
func asOne(s config.Schema) ([]string, bool) {
	switch {
	case len(s.Releases) > 1:
		return s.Releases, true
	case len(s.Releases) == 1:
		return s.Releases, driver.HoldsReleases(s.Releases[0])
	}
	return []string{s.Name}, s.Name != "" && driver.HoldsReleases(s.Name)
}

// loadSchema loads a schema, merges those of several releases, or reads a server's introspection;
// see driver.LoadAny.
func (l *loader) loadSchema(cmd *cobra.Command, s config.Schema) (*driver.Loaded, error) {
	names, several := asOne(s)
	if !several {
		if s.Prefer != "" {
			return nil, usagef(cmd, "--prefer needs several releases")
		}
		return l.LoadAny(cmd.Context(), names[0], cmd.ErrOrStderr())
	}
	m, err := l.loadReleases(cmd, names, s.Prefer)
	if err != nil {
		return nil, err
	}
	return m.Loaded(), nil
}

// loadReleases loads and merges the schemas of several releases.
func (l *loader) loadReleases(cmd *cobra.Command, schemas []string, prefer string) (*driver.Merged, error) {
	roots, err := l.mergedRoots(cmd, schemas, prefer)
	if err != nil {
		return nil, err
	}
	return l.LoadMerged(roots, prefer, cmd.ErrOrStderr())
}

// each returns schemas, with several releases listed one by one.
func (l *loader) each(cmd *cobra.Command, schemas []config.Schema) ([]config.Schema, error) {
	var all []config.Schema
	for _, s := range schemas {
		names, several := asOne(s)
		if !several {
			all = append(all, config.Schema{Name: names[0], Dialect: s.Dialect})
			continue
		}
		roots, err := l.mergedRoots(cmd, names, "")
		if err != nil {
			return nil, err
		}
		for _, r := range roots {
			all = append(all, config.Schema{Name: r.Root, Dialect: s.Dialect})
		}
	}
	return all, nil
}
