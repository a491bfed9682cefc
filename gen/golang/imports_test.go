package golang

import "testing"

// TestGroupImports checks that imports of the standard library are a group of their own.
func TestGroupImports(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"both":           {"package p\n\nimport (\n\t\"example.org/a\"\n\t\"context\"\n\t\"b.example/c\"\n\t\"fmt\"\n)\n\nvar X int\n", "package p\n\nimport (\n\t\"context\"\n\t\"fmt\"\n\n\t\"example.org/a\"\n\t\"b.example/c\"\n)\n\nvar X int\n"},
		"standard only":  {"package p\n\nimport (\n\t\"context\"\n\t\"fmt\"\n)\n", "package p\n\nimport (\n\t\"context\"\n\t\"fmt\"\n)\n"},
		"others only":    {"package p\n\nimport (\n\t\"example.org/a\"\n)\n", "package p\n\nimport (\n\t\"example.org/a\"\n)\n"},
		"a single one":   {"package p\n\nimport \"fmt\"\n\nvar X int\n", "package p\n\nimport \"fmt\"\n\nvar X int\n"},
		"nothing at all": {"package p\n", "package p\n"},
	} {
		head, rest := groupImports([]byte(test.in))
		if got := string(head) + string(rest); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, test.want)
		}
	}
}
