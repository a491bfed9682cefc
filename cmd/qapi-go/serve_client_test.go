package main

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/internal/example"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/ir"
)

// everyCommand is a program that reads commands, a JSON object a line, runs each on the server of
// its first argument through the method of the generated client, and decodes the answer strictly.
const everyCommand = `package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	"example.org/p/qapi"
	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
)

// A recorder notes the last answer.
type recorder struct {
	qmp.Caller
	answer json.RawMessage
}

func (r *recorder) Do(ctx context.Context, req *qmp.Request) error {
	into := req.Result
	if into != nil {
		req.Result = &r.answer
	}
	if err := r.Caller.Do(ctx, req); err != nil || into == nil {
		return err
	}
	return qmp.DecodeStrict(r.answer, into)
}

func main() {
	ctx := context.Background()
	var caller qmp.Caller
	var err error
	if os.Args[2] == "qga" {
		caller, err = qga.Dial(ctx, os.Args[1])
	} else {
		caller, err = qmp.Dial(ctx, os.Args[1])
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	client := reflect.ValueOf(qapi.NewClient(&recorder{Caller: caller}))
	methods := make(map[string]reflect.Value)
	plain := strings.NewReplacer("-", "", "_", "", ".", "")
	for i := range client.NumMethod() {
		methods[strings.ToLower(client.Type().Method(i).Name)] = client.Method(i)
	}
	answered, failed := 0, 0
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c struct {
			Execute   string
			Arguments json.RawMessage
		}
		fail := func(err any) { fmt.Printf("%s: %v\n", lines.Text(), err); failed++ }
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			fail(err)
			continue
		}
		m, ok := methods[strings.ToLower(plain.Replace(c.Execute))]
		if !ok {
			fail("there is no method")
			continue
		}
		in := []reflect.Value{reflect.ValueOf(ctx)}
		if m.Type().NumIn() > 1 {
			args := reflect.New(m.Type().In(1))
			if c.Arguments == nil {
				c.Arguments = json.RawMessage("{}")
			}
			if err := qmp.DecodeStrict(c.Arguments, args.Interface()); err != nil {
				fail(err)
				continue
			}
			in = append(in, args.Elem())
		}
		out := m.Call(in)
		if err := out[len(out)-1].Interface(); err != nil {
			fail(err)
			continue
		}
		answered++
	}
	fmt.Printf("%d answered, %d failed\n", answered, failed)
	if failed > 0 {
		os.Exit(1)
	}
}
`

// startServe starts serve until the test ends, and returns when it listens.
func startServe(t *testing.T, socket string, args ...string) (stop func() string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cmd := newServe()
	cmd.SetContext(ctx)
	var stderr strings.Builder
	cmd.SetErr(&stderr)
	cmd.SetArgs(append([]string{"--listen", "unix:" + socket}, args...))
	done := make(chan error, 1)
	go func() { done <- cmd.Execute() }()
	stop = sync.OnceValue(func() string {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		return stderr.String()
	})
	t.Cleanup(func() { stop() })
	for {
		if conn, err := net.Dial("unix", socket); err == nil { // the file is there before it listens
			conn.Close()
			return stop
		}
		select {
		case err := <-done:
			done <- err
			t.Fatalf("%v %s", err, stderr.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// commandLines returns a command a line, with arguments that are valid: those of an example that is
// made from the types.
func commandLines(t *testing.T, s *ir.Schema) (lines string, count int) {
	t.Helper()
	maker := example.NewMaker(s)
	for _, c := range s.Commands {
		if c.Name == "qmp_capabilities" || strings.HasPrefix(c.Name, "guest-sync") {
			continue // which the client itself runs
		}
		var compact map[string]any
		if err := json.Unmarshal([]byte(maker.Make(c).Messages[0].Text), &compact); err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		line, err := json.Marshal(compact)
		if err != nil {
			t.Fatal(err)
		}
		lines += string(line) + "\n"
		count++
	}
	return lines, count
}

// TestServeGeneratedClient has the generated client of a schema run every command on the server
// that serve plays, and decodes each answer strictly.
func TestServeGeneratedClient(t *testing.T) {
	live.Slow(t, "clients of whole schemas are compiled")
	dir := corpus.Dir(t)
	for _, test := range []struct {
		release, name string
	}{
		{"7.2.0", "qemu"}, {"7.2.0", "qga"}, {"10.2.0", "qemu"}, {"10.2.0", "qga"},
	} {
		t.Run(test.release+" "+test.name, func(t *testing.T) {
			root := ""
			for _, sc := range corpus.Schemas(t, dir, test.release) {
				if sc.Name == test.name {
					root = sc.Root
				}
			}
			schema, errs := qapigo.Load(os.DirFS(filepath.Dir(root)+"/.."), filepath.Base(filepath.Dir(root))+"/"+filepath.Base(root), qapigo.Options{})
			if schema == nil {
				t.Fatal(errs.First().Msg)
			}
			lines, count := commandLines(t, schema)
			module := newModule(t, "example.org/p")
			if err := os.WriteFile(filepath.Join(module, "main.go"), []byte(everyCommand), 0o600); err != nil {
				t.Fatal(err)
			}
			if r := runArgs("generate", "--schema", root, "--out", filepath.Join(module, "qapi"), "--package", "qapi", "--parts", "types,client", "--docs", "none"); r.status != 0 {
				t.Fatal(r.stderr)
			}
			inModule(t, module, "build", "-o", "every", ".")
			socket := filepath.Join(socketFolder(t), "s")
			args := []string{"--schema", root}
			if test.name == "qga" {
				args = append(args, "--agent")
			}
			startServe(t, socket, args...)
			cmd := exec.CommandContext(t.Context(), filepath.Join(module, "every"), "unix:"+socket, test.name)
			cmd.Stdin = strings.NewReader(lines)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			t.Logf("%d commands: %s", count, out)
		})
	}
}

// socketFolder returns a new folder whose path is short enough for sockets.
func socketFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "serve")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
