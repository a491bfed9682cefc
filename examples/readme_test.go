package examples

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	qapi "github.com/qapi-go/qapi-go/examples/internal/vmapi"
	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
)

// The functions below are compiled only: TestReadme compares them with README.md.
var _, _ = readme, readmeLines

// readme is the Go program in README.md, with a use of each value.
func readme(ctx context.Context, print func(any)) error {
	c, err := qmp.Dial(ctx, "unix:/run/vm.qmp") // QEMU: -qmp unix:/run/vm.qmp,server=on,wait=off
	if err != nil {
		return err
	}
	defer c.Close()

	vm := qapi.NewClient(c)
	status, err := vm.QueryStatus(ctx)
	if err != nil {
		return err
	}
	print(status)

	sub := qmp.Subscribe[*qapi.ShutdownEvent](c) // collects from here on
	defer sub.Close()
	for ev, err := range sub.All(ctx) {
		if err != nil {
			return err
		}
		print(ev)
	}
	return nil
}

// readmeLines are the lines of Go in README.md, one after the other.
func readmeLines(ctx context.Context, addr string, c *qmp.Client, agent *qga.Client, file *os.File, args qapi.AddFdArgs, monitor func(fd string) []string, handlers *qapi.Handlers, v any) (results []any) {
	add := func(r ...any) { results = append(results, r...) }
	cache := new(qmp.FeatureCache)
	add(qmp.WithFeatureCheck(&qapi.History, cache))
	add(qmp.DialSession(ctx, addr))
	add(qmp.StartMachine(ctx, exec.Command("qemu-system-x86_64", "-S"), monitor))
	add(qapi.NewClient(qmp.PassFiles(c, file)).AddFd(ctx, args))
	add(qga.Command(agent, "ls", "-l").Output())
	add(fs.FS(qga.NewFS(ctx, agent, "/etc")))
	add(qmp.Format(v))
	add(qmp.NewServer(handlers.Commands()))
	return results
}

var (
	goBlock = regexp.MustCompile("(?ms)^```go\n(.*?)^```")
	goSpan  = regexp.MustCompile("`((?:qmp|qga|qapi)\\.[^`]*\\([^`]*\\)[^`]*)`")
	goLine  = regexp.MustCompile(`(?m)^    (.* :?= \w+\..*)$`)
)

// TestReadme checks that the Go in README.md is compiled here, and that of docs/releases.md in the
// file for it.
func TestReadme(t *testing.T) {
	checkCompiled(t, "../README.md", "readme_test.go", goBlock, 10)
	checkCompiled(t, "../README.md", "readme_test.go", goSpan, 8)
	checkCompiled(t, "../docs/releases.md", "releases_test.go", goLine, 5)
}

// checkCompiled checks that each line that re finds in a document is a line of a Go file. The
// character … stands for any text. There must be at least as many lines as given.
func checkCompiled(t *testing.T, document, file string, re *regexp.Regexp, least int) {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, found := range re.FindAllSubmatch(text, -1) {
		for want := range strings.Lines(string(found[1])) {
			if want = strings.TrimSpace(want); want == "" {
				continue
			}
			count++
			like := regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(want), "…", ".*"))
			if !like.Match(source) {
				t.Errorf("%s has Go that %s does not have: %s", document, file, want)
			}
		}
	}
	if count < least {
		t.Errorf("%s: found %d lines of Go, want %d or more", document, count, least)
	}
}
