package golang

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/names"
)

func TestClashes(t *testing.T) {
	tests := []struct {
		name string
		make func(b *builder)
		want []string
	}{
		{"members", func(b *builder) { b.object("S", "", "a-b:int a_b:int") },
			[]string{"test.json:1:1: member 'a_b' of struct 'S' would get the Go name AB in S, which member 'a-b' of struct 'S' has (test.json:1:1)"}},
		{"inherited member", func(b *builder) {
			b.object("B", "", "x-y:int")
			b.object("S", "B", "x_y:int")
		}, []string{"test.json:2:1: member 'x_y' of struct 'S' would get the Go name XY in S, which member 'x-y' of struct 'S' has (test.json:1:1)"}},
		{"types", func(b *builder) {
			b.object("Ab", "", "")
			b.enum("ab")
		}, []string{"test.json:2:1: enum 'ab' would get the Go name Ab, which struct 'Ab' has (test.json:1:1)"}},
		{"value and type", func(b *builder) {
			b.enum("E", "x")
			b.object("EX", "", "")
		}, []string{"test.json:1:1: value 'x' of enum 'E' would get the Go name EX, which struct 'EX' has (test.json:2:1)"}},
		{"values", func(b *builder) { b.enum("E", "a-b", "a_b") },
			[]string{"value 'a_b' of enum 'E' would get the Go name EAB, which value 'a-b' of enum 'E' has"}},
		{"values of two enums", func(b *builder) {
			b.enum("Foo", "bar-baz")
			b.enum("FooBar", "baz")
		}, []string{"value 'baz' of enum 'FooBar' would get the Go name FooBarBaz, which value 'bar-baz' of enum 'Foo' has"}},
		{"commands", func(b *builder) {
			b.command("device-add", "", "")
			b.command("device_add", "", "")
		}, []string{"command 'device_add' would get the Go name DeviceAdd in Client, which command 'device-add' has"}},
		{"arguments and type", func(b *builder) {
			b.object("StopArgs", "", "")
			b.command("stop", "now:bool", "")
		}, []string{"the arguments of command 'stop' would get the Go name StopArgs, which struct 'StopArgs' has"}},
		{"another name of arguments and type", func(b *builder) {
			b.object("StopArgs", "", "")
			b.object("Stop", "", "")
			b.command("stop", "Stop", "")
		}, []string{"the arguments of command 'stop' would get the Go name StopArgs, which struct 'StopArgs' has"}},
		{"arguments whose type has the name", func(b *builder) {
			b.object("StopArgs", "", "")
			b.command("stop", "StopArgs", "")
		}, nil},
		{"event and type", func(b *builder) {
			b.object("StopEvent", "", "")
			b.event("STOP", "")
		}, []string{"event 'STOP' would get the Go name StopEvent, which struct 'StopEvent' has"}},
		{"branches and type", func(b *builder) {
			b.enum("E", "a")
			b.object("UBranch", "", "")
			b.union("U", "e:E", "e", "a:UBranch")
		}, []string{"the branches of union 'U' would get the Go name UBranch, which struct 'UBranch' has"}},
		{"package's own", func(b *builder) {
			b.object("Client", "", "")
			b.object("Handlers", "", "")
			b.object("SubscribeAll", "", "")
			b.command("commands", "", "")
		}, []string{
			"struct 'Client' would get the Go name Client, which the package's Client has",
			"struct 'Handlers' would get the Go name Handlers, which the package's Handlers has",
			"struct 'SubscribeAll' would get the Go name SubscribeAll, which the package's SubscribeAll has",
			"command 'commands' would get the Go name Commands in Client, which the method Commands has",
		}},
		{"unknown branch", func(b *builder) {
			b.enum("E", "a")
			b.union("U", "e:E", "e", "a:")
			b.object("UnknownBranch", "", "")
		}, []string{"struct 'UnknownBranch' would get the Go name UnknownBranch, which the package's UnknownBranch has"}},
		{"fields of its own", func(b *builder) {
			b.enum("E", "a")
			b.union("U", "e:E branch:int wire-union:int", "e", "a:")
			b.event("V", "timestamp:int event-name:str")
			b.command("c", "extra:int", "").Gen = false
			b.object("S", "", "marshal-json:str *any:any")
			b.alternate("A", "null:str n:null")
		}, []string{
			"member 'branch' of union 'U' would get the Go name Branch in U, which the field Branch has",
			"member 'wire-union' of union 'U' would get the Go name WireUnion in U, which the method WireUnion has",
			"member 'timestamp' of event 'V' would get the Go name Timestamp in VEvent, which the field Timestamp has",
			"member 'event-name' of event 'V' would get the Go name EventName in VEvent, which the method EventName has",
			"member 'extra' of command 'c' would get the Go name Extra in CArgs, which the field Extra has",
			"member 'marshal-json' of struct 'S' would get the Go name MarshalJSON in S, which the method MarshalJSON has",
			"branch 'n' of alternate 'A' would get the Go name Null in A, which branch 'null' of alternate 'A' has",
		}},
		{"no clash where there is no such field", func(b *builder) {
			b.object("S", "", "branch:int extra:int timestamp:int marshal-json:int event-name:int")
			b.command("events", "", "")
			b.command("client", "", "")
			b.object("UnknownBranch", "", "")
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBuilder()
			tt.make(b)
			_, err := Generate(b.schema, Options{})
			var clash *names.ClashError
			if len(tt.want) == 0 {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if !errors.As(err, &clash) {
				t.Fatalf("no clash is reported: %v", err)
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(tt.want) || len(clash.Clashes) != len(tt.want) {
				t.Fatalf("got\n%v", err)
			}
			for i, want := range tt.want {
				if !strings.Contains(lines[i], want) {
					t.Errorf("got  %s\nwant %s", lines[i], want)
				}
			}
		})
	}
}

func TestReservedNamesDependOnParts(t *testing.T) {
	b := newBuilder()
	b.object("Client", "", "")
	b.object("Handlers", "", "")
	b.object("SubscribeAll", "", "")
	b.object("StopEvent", "", "")
	b.event("STOP", "")
	if _, err := Generate(b.schema, Options{Parts: Types}); err != nil {
		t.Error(err)
	}
}

func TestRename(t *testing.T) {
	make := func() *builder {
		b := newBuilder()
		b.enum("E", "a-b", "a_b")
		b.object("S", "", "x-y:int x_y:int")
		b.command("c-d", "m:int", "")
		b.command("c_d", "", "")
		b.event("V", "timestamp:int")
		return b
	}
	files, err := Generate(make().schema, Options{Rename: map[string]string{
		"E.a_b": "EASnakeB", "S.x_y": "SnakeXY", "c-d": "DoCD", "V.timestamp": "At", "V": "Vee",
	}})
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(files[0].Data),
		`EASnakeB E = "a_b"`, "SnakeXY int64 `json:\"x_y\"`",
		"func (c *Client) DoCD(ctx context.Context, args DoCDArgs) error", "type Vee struct", "At int64 `json:\"timestamp\"`")

	for rename, want := range map[[2]string]string{
		{"nothing", "X"}: `nothing is called "nothing" that could be renamed to X`,
		{"S", "s"}:       `"S" cannot be renamed to "s": that is not an exported Go name`,
		{"S", "A-B"}:     `that is not an exported Go name`,
		{"S.x_y", "XY"}:  "member 'x_y' of struct 'S' would get the Go name XY in S",
	} {
		b := newBuilder()
		b.object("S", "", "x-y:int x_y:int z:int")
		opts := Options{Rename: map[string]string{"S.x_y": "Other"}}
		opts.Rename[rename[0]] = rename[1]
		if _, err := Generate(b.schema, opts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", rename, err)
		}
	}
}

func TestFileClash(t *testing.T) {
	b := newBuilder("a/b.json", "A-B.json")
	_, err := Generate(b.schema, Options{})
	if err == nil || !strings.Contains(err.Error(), "module 'A-B.json' would get the Go file A-B.go, which module 'a/b.json' has") {
		t.Error(err)
	}
	files, err := Generate(b.schema, Options{Rename: map[string]string{"A-B.json": "ab-two.go"}})
	if err != nil {
		t.Fatal(err)
	}
	if names := []string{files[0].Path, files[1].Path, files[2].Path}; !slices.Contains(names, "ab-two.go") || !slices.Contains(names, "a-b.go") {
		t.Errorf("files are %v", names)
	}
	for name, want := range map[string]string{
		"x_linux.go": "letters, digits", "../x.go": "letters, digits", "/x.go": "letters, digits", ".go": "letters, digits", "a-b.go": "would get the Go file a-b.go",
	} {
		if _, err := Generate(b.schema, Options{Rename: map[string]string{"A-B.json": name}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a file called %q: %v", name, err)
		}
	}
	if _, err := Generate(b.schema, Options{Rename: map[string]string{"A-B.json": "x.go", "C.json": "y.go"}}); err == nil || !strings.Contains(err.Error(), `nothing is called "C.json"`) {
		t.Errorf("a module that is not there: %v", err)
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{Package: "a-b"}, {Package: "_"}, {Package: "func"}, {Docs: "some"}} {
		if _, err := Generate(newBuilder().schema, o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
	parts, err := ParseParts([]string{"server", "events"})
	if err != nil || parts.String() != "types,events,server" {
		t.Errorf("%v, %v", parts, err)
	}
	if _, err := ParseParts([]string{"docs"}); err == nil {
		t.Error("unknown part is accepted")
	}
}

func TestCycles(t *testing.T) {
	b := newBuilder()
	s := b.object("S", "", "*opt:int")
	s.Members = b.members(s, "self:S *maybe:S list:[S]")
	x, y := b.object("X", "", ""), b.object("Y", "", "")
	x.Members = b.members(x, "y:Y")
	y.Members = b.members(y, "x:X s:S")
	d := b.object("D", "", "")
	base := b.object("Base", "", "d:D")
	d.Base = base
	b.command("c", "s:S", "")
	files, err := Generate(b.schema, Options{})
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(files[0].Data),
		"Self *S `json:\"self\"`", "Maybe *S `json:\"maybe,omitzero\"`", "List []S `json:\"list\"`",
		"Y *Y `json:\"y\"`", "X *X `json:\"x\"`", "S S `json:\"s\"`",
		"type D struct { D *D `json:\"d\"` }", "type Base struct { D D `json:\"d\"` }",
		"type CArgs struct { S S `json:\"s\"` }")
}

// contains reports the pieces of code that are not in src. White space of
// any kind and length is the same.
func contains(t *testing.T, src string, pieces ...string) {
	t.Helper()
	flat := " " + strings.Join(strings.Fields(src), " ") + " "
	missing := slices.DeleteFunc(slices.Clone(pieces), func(p string) bool {
		return strings.Contains(flat, " "+strings.Join(strings.Fields(p), " ")+" ")
	})
	if len(missing) > 0 {
		t.Errorf("missing:\n%s\nin:\n%s", strings.Join(missing, "\n"), src)
	}
}
