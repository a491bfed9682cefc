package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/outdir"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// asProgram is the variable that makes the test binary the program itself.
const asProgram = "QAPI_GO_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// program returns the program, to be run with the arguments in a process of its
// own.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	return cmd
}

// largeSchema returns a schema of many modules, of which each has some commands
// of that name.
func largeSchema(name string, modules int) map[string]string {
	files := make(map[string]string)
	var root strings.Builder
	for i := range modules {
		fmt.Fprintf(&root, "{ 'include': 'm%d.json' }\n", i)
		var m strings.Builder
		for j := range 20 {
			fmt.Fprintf(&m, "{ 'command': '%s-%d-x%d', 'data': { 'a': 'int', '*b': ['str'] } }\n", name, i, j)
		}
		files[fmt.Sprintf("%s/m%d.json", name, i)] = m.String()
	}
	files[name+"/root.json"] = root.String()
	return files
}

// TestProcessesAtOnce checks that processes that write different things to one
// folder at once leave exactly what one of them writes, and its manifest.
func TestProcessesAtOnce(t *testing.T) {
	files := make(map[string]string)
	var variants [][]string
	for i, name := range []string{"one", "two", "three"} {
		for k, v := range largeSchema(name, 3+4*i) {
			files[k] = v
		}
		variants = append(variants,
			[]string{"--schema", name + "/root.json"},
			[]string{"--schema", name + "/root.json", "--parts", "types"},
			[]string{"--schema", name + "/root.json", "--package", name})
	}
	variants = append(variants, []string{"--schema", "one/root.json", "--exclude", "one-0-*"})
	write(t, files)
	wanted := make([]map[string][]byte, len(variants))
	for i, v := range variants {
		out := fmt.Sprintf("want%d", i)
		if text, err := program(t, append(v, "generate", "--out", out)...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		wanted[i] = tree(t, out)
	}
	for round := range 4 {
		var all sync.WaitGroup
		for _, v := range variants {
			all.Go(func() {
				if text, err := program(t, append(v, "generate", "--out", "out")...).CombinedOutput(); err != nil {
					t.Errorf("%v: %v\n%s", v, err, text)
				}
				// Another one may have been here since, but no state is a mixture.
				text, err := program(t, append(v, "generate", "--check", "--out", "out")...).CombinedOutput()
				var exit *exec.ExitError
				stale := errors.As(err, &exit) && exit.ExitCode() == exitFindings
				mixed := strings.Contains(string(text), string(outdir.Edited)) || strings.Contains(string(text), string(outdir.Interrupted))
				if mixed || err != nil && !stale {
					t.Errorf("%v: %v\n%s", v, err, text)
				}
			})
		}
		all.Wait()
		got := tree(t, "out")
		if !isOneOf(got, wanted) {
			t.Fatalf("round %d: %d files, which none of the processes would leave", round, len(got))
		}
	}
}

// isOneOf reports whether a tree is one of several.
func isOneOf(got map[string][]byte, wanted []map[string][]byte) bool {
	for _, w := range wanted {
		if equalTrees(got, w) {
			return true
		}
	}
	return false
}

// TestKilled checks what is left of a process that is killed while it replaces one
// tree by another: the old one, the new one, or one of which --check says that it
// is interrupted. The next run makes it what it should be, and leaves nothing
// else behind.
func TestKilled(t *testing.T) {
	live.Slow(t, "it runs and kills the program 40 times")
	files := largeSchema("one", 12)
	for k, v := range largeSchema("two", 18) {
		files[k] = v
	}
	write(t, files)
	args := map[string][]string{}
	want := map[string]map[string][]byte{}
	for _, name := range []string{"one", "two"} {
		args[name] = []string{"generate", "--schema", name + "/root.json", "--out"}
		if text, err := program(t, append(args[name], "want-"+name)...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		want[name] = tree(t, "want-"+name)
	}
	if err := os.CopyFS("out", os.DirFS("want-one")); err != nil {
		t.Fatal(err)
	}
	old, new := "one", "two"
	killed := make(map[string]int)
	for round := range 40 {
		cmd := program(t, append(args[new], "out")...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if round%2 == 0 {
			killAfter(cmd, ".qapi-go.work", 4*time.Millisecond)
		} else {
			killAfter(cmd, ".qapi-go.work/journal.json", time.Millisecond)
		}
		state := "interrupted"
		switch left := durable(tree(t, "out")); {
		case equalTrees(left, want[old]):
			state = "old"
		case equalTrees(left, want[new]):
			state = "new"
		}
		killed[state]++
		text, err := program(t, append(args[new], "out", "--check")...).Output()
		said := strings.Contains(string(text), "out/"+outdir.ManifestName+": interrupted")
		if state == "interrupted" && !said || (err == nil) != (state == "new" && !said) {
			t.Fatalf("the tree is %s; --check: %v\n%s", state, err, text)
		}
		if text, err := program(t, append(args[new], "out")...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if got := tree(t, "out"); !equalTrees(got, want[new]) {
			t.Fatalf("after the next run there are %d files, want %d", len(got), len(want[new]))
		}
		old, new = new, old
	}
	t.Logf("left of killed runs: %v", killed)
}

// killAfter kills a process at some time after it has made a file in the output
// folder, or lets it come to its end.
func killAfter(cmd *exec.Cmd, name string, within time.Duration) {
	done := make(chan struct{})
	go func() {
		cmd.Wait()
		close(done)
	}()
	delay := rand.N(within)
	for {
		select {
		case <-done:
			return
		default:
		}
		if _, err := os.Stat(filepath.Join("out", name)); err == nil {
			time.Sleep(delay)
			cmd.Process.Kill()
			<-done
			return
		}
	}
}

// durable returns what of a tree is not there for the moment only.
func durable(files map[string][]byte) map[string][]byte {
	for name := range files {
		if strings.HasPrefix(name, ".qapi-go.") {
			delete(files, name)
		}
	}
	return files
}
