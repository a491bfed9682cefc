package main

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// basicFlags are the flags of each command that docs/flags.md does not list, as the basic ones. All
// commands have help; those that read schemas have dialect and error-format.
var basicFlags = map[string]string{
	"generate":   "schema out package parts include docs define check diff timings",
	"docs":       "schema out format check diff timings",
	"check":      "",
	"inspect":    "format",
	"diff":       "format fail-on used",
	"lint":       "",
	"fmt":        "write diff",
	"vendor":     "from into",
	"explain":    "",
	"version":    "json",
	"completion": "",
	"init":       "",
	"upgrade":    "from",
	"call":       "schema agent args fd tls-ca tls-cert tls-key",
	"events":     "schema agent count tls-ca tls-cert tls-key",
	"shell":      "schema agent tls-ca tls-cert tls-key",
	"serve":      "schema agent listen scenario",
	"record":     "agent listen out tls-ca tls-cert tls-key",
	"replay":     "listen",
}

// TestFlagsTable checks that docs/flags.md lists every flag of the program but the basic ones, and
// no other.
func TestFlagsTable(t *testing.T) {
	data, err := os.ReadFile("../../docs/flags.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := make(map[string]bool)
	row := regexp.MustCompile("(?m)^\\| (`--.*?`) \\| (`.*?`) \\|")
	flag, word := regexp.MustCompile("`--([a-z-]+)"), regexp.MustCompile("`([a-z]+)`")
	for _, cells := range row.FindAllStringSubmatch(string(data), -1) {
		for _, f := range flag.FindAllStringSubmatch(cells[1], -1) {
			for _, c := range word.FindAllStringSubmatch(cells[2], -1) {
				if key := c[1] + " --" + f[1]; listed[key] {
					t.Errorf("%s is listed twice", key)
				} else {
					listed[key] = true
				}
			}
		}
	}
	there := make(map[string]bool)
	for _, cmd := range newRoot().Commands() {
		basic, ok := basicFlags[cmd.Name()]
		if !ok && cmd.IsAvailableCommand() && cmd.Name() != "help" {
			t.Errorf("%s: no basic flags are known", cmd.Name())
		}
		for _, name := range strings.Fields(basic) {
			if cmd.Flags().Lookup(name) == nil {
				t.Errorf("%s has no flag --%s", cmd.Name(), name)
			}
		}
		basic += " help dialect error-format"
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if !slices.Contains(strings.Fields(basic), f.Name) {
				there[cmd.Name()+" --"+f.Name] = true
			}
		})
	}
	for _, key := range slices.Sorted(maps.Keys(there)) {
		if !listed[key] {
			t.Errorf("docs/flags.md does not list %s", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(listed)) {
		if !there[key] {
			t.Errorf("docs/flags.md lists %s, which the program does not have, or which is basic", key)
		}
	}
	if len(there) < 30 {
		t.Errorf("only %d flags", len(there))
	}
}
