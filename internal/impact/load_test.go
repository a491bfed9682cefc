package impact

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLoadErrors checks that the reason is that of the go command.
func TestLoadErrors(t *testing.T) {
	for _, test := range []struct{ name, gomod, file, want string }{
		{"go.mod has to be updated", "module example.org/p\n\ngo 1.25\n\nrequire example.org/q v0.0.0\n\nreplace example.org/q => ./q\n",
			"package p\n\nimport _ \"example.org/q\"\n", "go: updates to go.mod needed"},
		{"go.mod is invalid", "module example.org/p\n\nwhat is it\n", "package p\n", "go.mod:3: unknown directive: what"},
		{"no package", "module example.org/p\n", "", "no package matches ./..."},
		{"a package that does not compile", "module example.org/p\n", "package p\n\nvar x = y\n", "package example.org/p does not compile: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range map[string]string{
				"go.mod": test.gomod, "p.go": test.file, "q/q.go": "package q\n",
				"q/go.mod": "module example.org/q\n\ngo 1.25.0\n", // later than 1.25
			} {
				if text == "" {
					continue
				}
				name = filepath.Join(dir, filepath.FromSlash(name))
				if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			env := append(os.Environ(), "GOFLAGS=-mod=readonly", "GOPROXY=off", "GOWORK=off")
			_, err := Load(t.Context(), []string{"./..."}, Options{Dir: dir, Env: env})
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
