package main

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
)

// TestInvocation checks what messages tell users to type.
func TestInvocation(t *testing.T) {
	const path, module = "github.com/qapi-go/qapi-go/cmd/qapi-go", "github.com/qapi-go/qapi-go"
	for _, test := range []struct {
		name    string
		files   map[string]string
		dir     string
		version string
		want    string
	}{
		{"a tool", map[string]string{"go.mod": "module m\n\ntool " + path + " // why\n"}, ".", "v1.0.0", "go tool qapi-go"},
		{"in a block", map[string]string{"go.mod": "module m\ntool (\n\tother.org/cmd\n\t" + path + "\n)\n"}, ".", "v1.0.0", "go tool qapi-go"},
		{"below", map[string]string{"go.mod": "module m\ntool \"" + path + "\"\n", "a/b/x": ""}, "a/b", "v1.0.0", "go tool qapi-go"},
		{"not a tool", map[string]string{"go.mod": "module m\n// tool " + path + "\ntool " + path + "/x\n"}, ".", "v1.0.0", "go run " + path + "@v1.0.0"},
		{"a file of its own", map[string]string{"go.mod": "module m\nrequire " + module + " v1.0.0\n", "tools.mod": "module m\ntool " + path + "\n"}, ".", "v1.0.0", "go tool -modfile=tools.mod qapi-go"},
		{"required", map[string]string{"go.mod": "module m\nrequire (\n\t" + module + " v1.0.0 // indirect\n)\n"}, ".", "v1.0.0", "go run " + path},
		{"in a clone", map[string]string{"go.mod": "module " + module + "\n"}, ".", "(devel)", "go run " + path},
		{"a version", nil, ".", "v1.2.3", "go run " + path + "@v1.2.3"},
		{"edited", nil, ".", "v0.0.0-20260101000000-abcdefabcdef+dirty", "qapi-go"},
		{"unknown", nil, ".", "(devel)", "qapi-go"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range test.files {
				name = filepath.Join(dir, filepath.FromSlash(name))
				if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			info := &debug.BuildInfo{Path: path, Main: debug.Module{Path: module, Version: test.version}}
			if got := invocationIn(filepath.Join(dir, filepath.FromSlash(test.dir)), info); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestBuiltByGo(t *testing.T) {
	cache := t.TempDir()
	for exe, want := range map[string]bool{
		"/home/me/.cache/go-build/ab/abcd-d/qapi-go": true,
		"/tmp/go-build123/b001/exe/qapi-go":          true,
		filepath.Join(cache, "ab", "qapi-go"):        true,
		"/home/me/go/bin/qapi-go":                    false,
		"/usr/bin/go-build":                          false,
		"/tmp/go-build123/b001/qapi-go.test":         false,
	} {
		if got := builtByGo(exe, cache); got != want {
			t.Errorf("%s: %v, want %v", exe, got, want)
		}
	}
	if builtByGo("/usr/bin/qapi-go", "") {
		t.Error("without GOCACHE, a program of the system is taken for one in the cache")
	}
}
