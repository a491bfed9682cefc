package model

import (
	"strings"
	"testing"
)

// TestFileName checks which names are used for files as they are.
func TestFileName(t *testing.T) {
	for name, want := range map[string]string{
		"query-status": "query-status", "azAZ09_-": "azAZ09_-", "block.core": "block.core",
		".hidden": "~2ehidden", "end.": "end~2e", "a b": "a~20b", "a/b": "a~2fb", "`{@[": "~60~7b~40~5b", ":": "~3a", "é": "~c3~a9",
		"con": "con~", "NUL.x": "NUL.x~", "com1": "com1~", "com": "com", "lpt9": "lpt9~", "com10": "com10", "comA": "comA", "": "~",
		strings.Repeat("a", maxFileName): strings.Repeat("a", maxFileName),
	} {
		if got := fileName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	long := strings.Repeat("a", maxFileName+1)
	if a, b := fileName(long), fileName(long+"a"); a == b || len(a) > maxFileName+20 || !strings.HasPrefix(a, long[:maxFileName]+"~") {
		t.Errorf("long names become %q and %q", a, b)
	}
}

// TestSlugs checks that names that a file system cannot tell apart have different files.
func TestSlugs(t *testing.T) {
	taken := make(slugs)
	var got []string
	for _, name := range []string{"quit", "Quit", "QUIT", "quit", "stop"} {
		got = append(got, taken.take(name))
	}
	if want := "quit Quit~8 QUIT~f quit~0 stop"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if taken.free("STOP") || !taken.free("start") {
		t.Error("STOP is free or start is not")
	}
}
