package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// TestHelpNamesFlags checks that each flag that the help of a command mentions is one
// of its own, and that no flag goes undescribed.
func TestHelpNamesFlags(t *testing.T) {
	mention := regexp.MustCompile(`--([a-z][a-z-]+)`)
	checked := 0
	root := newRoot()
	for _, cmd := range root.Commands() {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" {
				t.Errorf("%s: --%s is not described", cmd.Name(), f.Name)
			}
		})
		for line := range strings.Lines(cmd.Long + "\n" + cmd.Example) {
			if cmd.Name() == "completion" {
				continue // it mentions those of others
			}
			about := cmd
			for _, other := range root.Commands() {
				if strings.Contains(line, "qapi-go "+other.Name()+" ") || strings.Contains(line, `"`+other.Name()+" ") {
					about = other
				}
			}
			for _, m := range mention.FindAllStringSubmatch(line, -1) {
				checked++
				if about.Flags().Lookup(m[1]) == nil && cmd.Flags().Lookup(m[1]) == nil {
					t.Errorf("%s: there is no flag --%s: %s", cmd.Name(), m[1], line)
				}
			}
		}
	}
	if checked < 60 {
		t.Errorf("only %d flags are mentioned", checked)
	}
}

// TestHelpExclusions checks what help says of flags that exclude each other.
func TestHelpExclusions(t *testing.T) {
	write(t, map[string]string{"a.json": "{ 'command': 'go' }\n"})
	flags := []string{"--check", "--diff", "--clean"}
	for _, a := range flags {
		for _, b := range flags {
			got := runArgs("generate", "--schema", "a.json", "--out", "out", a, b)
			if refused := strings.Contains(got.stderr, "exclude each other"); refused != (a != b) || refused && got.status != 2 {
				t.Errorf("%s %s: status %d, %s", a, b, got.status, got.stderr)
			}
		}
	}
	help := strings.Join(strings.Fields(runArgs("help", "generate").stdout), " ")
	if strings.Contains(help, "With both") || !strings.Contains(help, "they exclude each other") {
		t.Error("the help of generate does not say that --check and --diff exclude each other")
	}
	if got := runArgs("generate", "--schema", "a.json", "--out", "none", "--check"); got.status != 1 {
		t.Errorf("--check of what is not there: status %d", got.status)
	}
	if got := runArgs("generate", "--schema", "a.json", "--out", "none", "--diff"); got.status != 1 {
		t.Errorf("--diff of what is not there: status %d", got.status)
	}
	for _, name := range []string{"--help", "-h"} {
		if got := runArgs("generate", name); got.status != 0 || !slices.Contains(strings.Fields(got.stdout), "--spdx") {
			t.Errorf("generate %s: status %d", name, got.status)
		}
	}
}
