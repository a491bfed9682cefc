package gocall_test

import (
	"bytes"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen/golang"
	"github.com/qapi-go/qapi-go/internal/example"
	"github.com/qapi-go/qapi-go/internal/gocall"
	"github.com/qapi-go/qapi-go/internal/names"
	"github.com/qapi-go/qapi-go/internal/outdir"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

// A snippet is the Go form of a message.
type snippet struct {
	message *example.Message
	where   string
	code    string
}

// TestCompile puts the Go forms of all clients' messages of a schema, of its
// examples and of those that are made for each command, into a program with the
// generated package, and checks that they compile, and that what the client would
// send is what the example says.
func TestCompile(t *testing.T) {
	t.Run("vm", func(t *testing.T) {
		top := filepath.Join(corpus.Root(t), "testdata", "schemas", "vm")
		compile(t, schematest.Load(t, top, filepath.Join(top, "vm.json")))
	})
	t.Run("types", func(t *testing.T) {
		text, err := os.ReadFile("testdata/types.json")
		if err != nil {
			t.Fatal(err)
		}
		compile(t, schematest.Text(t, string(text)))
	})
	for _, release := range []string{"2.12.0", "10.2.0"} {
		t.Run(release, func(t *testing.T) {
			shared := corpus.Dir(t)
			for _, c := range corpus.Schemas(t, shared, release) {
				t.Run(c.Name, func(t *testing.T) {
					if c.Name != "qga" || release != "10.2.0" {
						live.Slow(t, "it compiles a large package")
					}
					compile(t, schematest.Load(t, filepath.Join(shared, "corpus", release), c.Root))
				})
			}
		})
	}
}

func compile(t *testing.T, s *ir.Schema) {
	dir := t.TempDir()
	files, err := golang.Generate(s, golang.Options{Docs: golang.DocsNone, Parts: golang.Types | golang.Client})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := outdir.Write(filepath.Join(dir, "qapi"), files, outdir.Meta{Generator: "go"}); err != nil {
		t.Fatal(err)
	}
	list := snippets(t, s)
	write(t, filepath.Join(dir, "go.mod"), corpus.GoMod(t, "example.com/test"))
	write(t, filepath.Join(dir, "main.go"), program(list))
	goCommand(t, dir, "vet", ".")
	out := goCommand(t, dir, "run", ".")
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != len(list) {
		t.Fatalf("%d snippets sent %d messages:\n%s", len(list), len(lines), out)
	}
	for i, line := range lines {
		sent, err := example.Parse(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		want := canonical(envelope(list[i].message.Value))
		if got := canonical(envelope(sent)); got != want {
			t.Errorf("%s: this sends\n%s\nand not\n%s\n%s", list[i].where, got, want, list[i].code)
		}
	}
}

// snippets returns the Go forms of all messages of clients.
func snippets(t *testing.T, s *ir.Schema) []snippet {
	var list []snippet
	var none, elided, wrong int
	add := func(where string, examples []*example.Example) {
		for _, e := range examples {
			for _, m := range e.Messages {
				code, ok := gocall.Of(m)
				switch {
				case ok:
					list = append(list, snippet{m, where, code})
				case !m.Client || m.Command != nil && m.Command.Name == names.Negotiation:
				case len(m.Findings) > 0:
					wrong++
				case m.Elided:
					elided++
				default:
					none++
					t.Errorf("%s: no Go form of\n%s", where, m.Text)
				}
			}
		}
	}
	for _, m := range s.Modules {
		for _, item := range m.Items {
			switch item := item.(type) {
			case *ir.FreeDoc:
				add(m.Name, example.Read(s, item.Doc).Examples)
			case ir.Def:
				add(item.Head().Name, example.Read(s, item.Head().Doc).Examples)
			}
		}
	}
	real := len(list)
	k := example.NewMaker(s)
	for _, c := range s.Commands {
		add("made: "+c.Name, []*example.Example{k.Make(c)})
	}
	t.Logf("%d snippets: %d of examples, %d of made ones; %d messages are elided, %d wrong", len(list), real, len(list)-real, elided, wrong)
	return list
}

// program returns a program that runs the snippets and prints what they send.
func program(list []snippet) string {
	var b strings.Builder
	b.WriteString(`package main

import (
	"context"
	"fmt"

	"example.com/test/qapi"
	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

var _ qmp.Null

// send prints what a request would send.
func send(_ context.Context, r *qmp.Request) error {
	key := "execute"
	if r.OOB {
		key = "exec-oob"
	}
	args := []byte("{}")
	if r.Args != nil {
		var err error
		if args, err = wire.Append(nil, r.Args, wire.Strict); err != nil {
			panic(err)
		}
	}
	_, err := fmt.Printf("{ %q: %q, \"arguments\": %s }\n", key, r.Command, args)
	return err
}

func main() {
	ctx, c := context.Background(), qmp.CallerFunc(send)
	vm := qapi.NewClient(c)
	for _, f := range []func(context.Context, *qapi.Client, qmp.Caller) error{
`)
	for i := range list {
		fmt.Fprintf(&b, "\t\tsnippet%d,\n", i)
	}
	b.WriteString("\t} {\n\t\tif err := f(ctx, vm, c); err != nil {\n\t\t\tpanic(err)\n\t\t}\n\t}\n}\n")
	for i, s := range list {
		fmt.Fprintf(&b, "\nfunc snippet%d(ctx context.Context, vm *qapi.Client, c qmp.Caller) error {\n%s\n", i, s.code)
		if strings.Contains(s.code, "result") {
			b.WriteString("_ = result\n")
		}
		b.WriteString("return err\n}\n")
	}
	return b.String()
}

// envelope returns a message without id, and without arguments that are empty:
// they may be left out.
func envelope(v *example.Value) *example.Value {
	e := *v
	e.Members = slices.DeleteFunc(slices.Clone(v.Members), func(m example.Member) bool {
		return m.Name == "id" || m.Name == "arguments" && len(m.Value.Members) == 0
	})
	return &e
}

// canonical writes a message so that two are equal if they mean the same: with
// members sorted and numbers by their value.
func canonical(v *example.Value) string {
	switch v.Kind {
	case example.Object:
		var members []string
		for _, m := range v.Members {
			members = append(members, fmt.Sprintf("%q:%s", m.Name, canonical(m.Value)))
		}
		slices.Sort(members)
		return "{" + strings.Join(members, ",") + "}"
	case example.Array:
		var elems []string
		for _, e := range v.Elems {
			elems = append(elems, canonical(e))
		}
		return "[" + strings.Join(elems, ",") + "]"
	case example.Number:
		r, _ := new(big.Rat).SetString(v.Text)
		return r.String()
	case example.String:
		return fmt.Sprintf("%q", v.Text)
	}
	return v.Kind.String() + v.Text
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func goCommand(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("go %v: %v\n%s%s", args, err, errs.String(), out.String())
	}
	return out.String()
}
