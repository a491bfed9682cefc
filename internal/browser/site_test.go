package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// A site is a site that can be opened.
type site struct {
	dir string // where its files are
	url string // ends with "/"
}

// sites are the sites that were made, each once.
var sites struct {
	sync.Mutex
	dir  string // holds the program and the sites
	made map[string]string
}

// made runs "qapi-go docs --format html" with arguments, once for each name.
func made(t testing.TB, name string, args ...string) site {
	t.Helper()
	sites.Lock()
	defer sites.Unlock()
	if sites.dir == "" {
		dir, err := os.MkdirTemp("", "sites")
		if err != nil {
			t.Fatal(err)
		}
		sites.dir, sites.made = dir, make(map[string]string)
	}
	program := filepath.Join(sites.dir, "qapi-go")
	if _, err := os.Stat(program); err != nil {
		build := exec.Command("go", "build", "-o", program, "./cmd/qapi-go")
		build.Dir = filepath.Join("..", "..")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	dir, ok := sites.made[name]
	if !ok {
		dir = filepath.Join(sites.dir, name)
		args = append([]string{"docs", "--format", "html", "--out", dir}, args...)
		if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
			t.Fatalf("qapi-go %q: %v\n%s", args, err, out)
		}
		sites.made[name] = dir
	}
	return site{dir, "file://" + filepath.ToSlash(dir) + "/"}
}

// vm is the site of the embedded example.
func vm(t testing.TB) site {
	t.Helper()
	return made(t, "vm")
}

// qemu is the site of QEMU 10.2.0.
func qemu(t testing.TB) site {
	t.Helper()
	return made(t, "qemu", "--schema", corpus.Schemas(t, corpus.Dir(t), "10.2.0")[0].Root)
}

// served serves a site on the loopback interface for the time of a test.
func served(t testing.TB, s site) site {
	t.Helper()
	server := httptest.NewServer(http.FileServer(http.Dir(s.dir)))
	t.Cleanup(server.Close)
	return site{s.dir, fmt.Sprintf("%s/", server.URL)}
}
