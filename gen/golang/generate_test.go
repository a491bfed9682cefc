package golang

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/ir"
)

func source(t *testing.T, b *builder, o Options) string {
	t.Helper()
	files, err := Generate(b.schema, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Path == "test.go" {
			return string(f.Data)
		}
	}
	t.Fatal("no file for the root module")
	return ""
}

func TestGenerate(t *testing.T) {
	tests := []struct {
		name   string
		make   func(b *builder)
		want   []string
		absent []string
	}{
		{"enum", func(b *builder) { b.enum("RunState", "running", "guest-panicked") }, []string{
			"type RunState string",
			`RunStateRunning RunState = "running"`, `RunStateGuestPanicked RunState = "guest-panicked"`,
			`func (v RunState) Known() bool { return wire.OneOf("running,guest-panicked", string(v)) }`,
		}, nil},
		{"empty enum", func(b *builder) { b.enum("E") },
			[]string{"type E string", `func (v E) Known() bool { return wire.OneOf("", string(v)) }`}, []string{"const ("}},
		{"built-in types", func(b *builder) {
			b.object("S", "", "a:str b:bool c:number d:int e:int8 f:int16 g:int32 h:int64 i:uint8 j:uint16 k:uint32 l:uint64 m:size o:null")
		}, []string{"type S struct { A string `json:\"a\"` B bool `json:\"b\"` C float64 `json:\"c\"` D int64 `json:\"d\"` E int8 `json:\"e\"`" +
			" F int16 `json:\"f\"` G int32 `json:\"g\"` H int64 `json:\"h\"` I uint8 `json:\"i\"` J uint16 `json:\"j\"` K uint32 `json:\"k\"`" +
			" L uint64 `json:\"l\"` M uint64 `json:\"m\"` O qmp.Null `json:\"o\"` }"},
			[]string{"func (v S) MarshalJSON"}},
		{"optional members", func(b *builder) {
			b.enum("E", "x")
			b.object("S", "", "")
			b.alternate("A", "s:str i:int")
			b.object("T", "", "*a:str *b:S *c:E *d:[str] *e:null *f:A")
		}, []string{"type T struct { A *string `json:\"a,omitzero\"` B *S `json:\"b,omitzero\"` C *E `json:\"c,omitzero\"`" +
			" D []string `json:\"d,omitzero\"` E *qmp.Null `json:\"e,omitzero\"` F *A `json:\"f,omitzero\"` }"}, nil},
		{"lists", func(b *builder) { b.object("S", "", "a:[int] b:[[str]] *c:[S]") },
			[]string{"A []int64 `json:\"a\"`", "B [][]string `json:\"b\"`"}, nil},
		{"any", func(b *builder) { b.object("S", "", "a:any *b:any *c:[any]") }, []string{
			"A any `json:\"a\"` B any `json:\"b,omitzero\"` C []any `json:\"c,omitzero\"`",
			"func (v S) MarshalJSON() ([]byte, error) { return wire.MarshalJSON(&v) }",
			"func (v *S) UnmarshalJSON(data []byte) error { return wire.UnmarshalJSON(data, v) }",
		}, nil},
		{"bytes", func(b *builder) { b.object("S", "", "a:[uint8]") }, []string{
			"A []uint8 `json:\"a\"`", "func (v S) MarshalJSON() ([]byte, error) { return wire.MarshalJSON(&v) }",
		}, nil},
		{"optional null", func(b *builder) {
			b.alternate("A", "s:str n:null")
			b.object("S", "", "*a:A")
			b.object("T", "", "*n:null")
			b.object("U", "", "a:A l:[A]")
		}, []string{"func (v S) MarshalJSON() ([]byte, error)", "func (v T) MarshalJSON() ([]byte, error)"}, []string{"func (v U) MarshalJSON"}},
		{"list of any", func(b *builder) { b.object("S", "", "*c:[any]") }, []string{"func (v S) MarshalJSON() ([]byte, error)"}, nil},
		{"base", func(b *builder) {
			b.object("A", "", "a:int")
			b.object("B", "A", "*b:int")
			b.object("C", "B", "c:int")
		}, []string{"type C struct { A int64 `json:\"a\"` B *int64 `json:\"b,omitzero\"` C int64 `json:\"c\"` }"}, nil},
		{"union", func(b *builder) {
			b.enum("Driver", "file", "host", "null")
			b.object("File", "", "name:str")
			b.union("Opts", "driver:Driver *id:str", "driver", "file:File host:File null:")
		}, []string{
			"type Opts struct { Driver Driver `json:\"driver\"` ID *string `json:\"id,omitzero\"`", "Branch OptsBranch `json:\"-\"` }",
			"type OptsBranch interface { isOptsBranch() }",
			"func (*File) isOptsBranch() {} func (*UnknownBranch) isOptsBranch() {}",
			`Tag: "driver",`, `{Value: "file", Type: (*File)(nil)}, {Value: "host", Type: (*File)(nil)}, {Value: "null"},`,
			"Unknown: (*UnknownBranch)(nil),",
			"func (*Opts) WireUnion() *wire.Union { return &unionOpts }",
			"func (v Opts) MarshalJSON() ([]byte, error)", "func (v *Opts) UnmarshalJSON(data []byte) error",
			"type UnknownBranch struct { wire.Unknown }",
			"// - file: [*File] // - host: [*File] //",
		}, []string{"func (v File) MarshalJSON"}},
		{"union as a branch", func(b *builder) {
			b.enum("E", "x")
			b.object("S", "", "")
			b.union("Inner", "e2:E", "e2", "x:S")
			b.union("Outer", "e:E", "e", "x:Inner")
		}, []string{"func (*Inner) isOuterBranch() {}", `{Value: "x", Type: (*Inner)(nil)},`}, nil},
		{"alternate", func(b *builder) {
			b.object("S", "", "")
			b.enum("E", "x")
			b.alternate("A", "def:S ref:E on:bool num:number list:[S] none:null")
		}, []string{
			"type A struct { Def *S `json:\"-\"` Ref *E `json:\"-\"` On *bool `json:\"-\"` Num *float64 `json:\"-\"` List []S `json:\"-\"` Null bool `json:\"-\"` }",
			"func (*A) WireAlternate() {}", "func (v A) MarshalJSON() ([]byte, error)",
		}, nil},
		{"command", func(b *builder) {
			b.object("Info", "", "x:int")
			b.command("query-all", "*id:str n:int", "[Info]")
			b.command("set", "Info", "")
			b.command("get", "", "any")
			b.command("stop", "", "")
		}, []string{
			"type QueryAllArgs struct { ID *string `json:\"id,omitzero\"` N int64 `json:\"n\"` }",
			"func (c *Client) QueryAll(ctx context.Context, args QueryAllArgs) ([]Info, error) { var result []Info" +
				` err := c.run(ctx, "query-all", &args, &result) return result, err }`,
			`func (c *Client) Set(ctx context.Context, args Info) error { return c.run(ctx, "set", &args, nil) }`,
			"func (c *Client) Get(ctx context.Context) (any, error) { var result any",
			`func (c *Client) Stop(ctx context.Context) error { return c.run(ctx, "stop", nil, nil) }`,
			"type Client struct { caller qmp.Caller }", "func NewClient(caller qmp.Caller) *Client",
		}, nil},
		{"command flags", func(b *builder) {
			b.command("quit", "", "").SuccessResponse = false
			c := b.command("migrate_pause", "", "int")
			c.AllowOOB, c.AllowPreconfig = true, true
		}, []string{
			`return c.caller.Do(ctx, &qmp.Request{Command: "quit", NoReply: true})`,
			`{Name: "quit", NoReply: true},`,
			`{Name: "migrate_pause", Result: (*int64)(nil), AllowOOB: true, AllowPreconfig: true},`,
			"// Allowed out of band and in preconfig state.",
		}, nil},
		{"negotiation", func(b *builder) {
			b.enum("QMPCapability", "oob")
			b.command("qmp_capabilities", "*enable:[QMPCapability]", "").AllowPreconfig = true
			b.command("stop", "", "")
		}, []string{
			"type Handlers struct { Stop func(ctx context.Context) error }",
			`[]qmp.ServerCommand{ {Name: "qmp_capabilities", Args: (*QmpCapabilitiesArgs)(nil), AllowPreconfig: true}, {Name: "stop"}, }`,
		}, []string{"QmpCapabilities(", "QmpCapabilities func"}},
		{"gen false", func(b *builder) {
			b.enum("E", "x")
			b.object("S", "", "driver:str")
			b.union("U", "e:E", "e", "x:S")
			b.command("device_add", "driver:str", "").Gen = false
			b.command("netdev_add", "S", "").Gen = false
			b.command("object-add", "U", "").Gen = false
			b.command("query", "", "S").Gen = false
		}, []string{
			"type DeviceAddArgs struct { Driver string `json:\"driver\"`", "Extra map[string]any `json:\"-\"` }",
			"func (v DeviceAddArgs) MarshalJSON() ([]byte, error)",
			"func (c *Client) NetdevAdd(ctx context.Context, args NetdevAddArgs) error",
			"func (c *Client) ObjectAdd(ctx context.Context, args ObjectAddArgs) error",
			"func (*ObjectAddArgs) WireUnion() *wire.Union { return &unionU }",
			"func (c *Client) Query(ctx context.Context) (S, error)",
		}, []string{"QueryArgs"}},
		{"events", func(b *builder) {
			b.enum("E", "x")
			b.object("S", "", "id:str *any:any")
			b.union("U", "e:E", "e", "x:S")
			b.event("STOP", "")
			b.event("JOB_ID", "S")
			b.event("MANY", "U").Boxed = true
		}, []string{
			"type StopEvent struct {", "Timestamp qmp.Timestamp `json:\"-\"` }",
			`func (*StopEvent) EventName() string { return "STOP" }`,
			"func (e *StopEvent) EventTime() qmp.Timestamp { return e.Timestamp }",
			"type JobIDEvent struct { ID string `json:\"id\"` Any any `json:\"any,omitzero\"`",
			"func (v JobIDEvent) MarshalJSON() ([]byte, error)",
			"type ManyEvent struct { E E `json:\"e\"`", "Branch UBranch `json:\"-\"`",
			"func (*ManyEvent) WireUnion() *wire.Union { return &unionU }",
			"func SubscribeAll(s qmp.EventSource, opts ...qmp.SubscribeOption) *qmp.Subscription[qmp.Event] { return genrt.SubscribeAll(s, events, opts) }",
			"var events = []qmp.Event{ (*StopEvent)(nil), (*JobIDEvent)(nil), (*ManyEvent)(nil), }",
		}, []string{"func (v StopEvent) MarshalJSON", "func (*ManyEvent) isUBranch"}},
		{"server", func(b *builder) {
			b.object("Info", "", "x:int")
			b.command("a", "", "")
			b.command("b", "Info", "")
			b.command("c", "", "[Info]")
			b.command("d", "x:int", "str")
		}, []string{
			"type Handlers struct { A func(ctx context.Context) error B func(ctx context.Context, args Info) error" +
				" C func(ctx context.Context) ([]Info, error) D func(ctx context.Context, args DArgs) (string, error) }",
			"func (h *Handlers) Commands() []qmp.ServerCommand { return genrt.Dispatch(commands, h) }",
			`var commands = []qmp.ServerCommand{ {Name: "a"}, {Name: "b", Args: (*Info)(nil)},` +
				` {Name: "c", Result: (*[]Info)(nil)}, {Name: "d", Args: (*DArgs)(nil), Result: (*string)(nil)}, }`,
		}, nil},
		{"implicit types", func(b *builder) {
			b.enum("E", "int", "str")
			u := b.union("U", "type:E", "type", "int: str:")
			u.Simple = true
			for _, br := range u.Branches {
				s := &ir.Struct{Info: ir.Info{Name: "q_obj_" + br.Name + "-wrapper", Implicit: true}}
				s.Members = []*ir.Member{{Name: "data", Type: b.typ(br.Name)}}
				b.enter(s)
				br.Type = s
			}
		}, []string{"type IntWrapper struct { Data int64 `json:\"data\"` }", "type StrWrapper struct { Data string `json:\"data\"` }",
			`{Value: "int", Type: (*IntWrapper)(nil)},`}, nil},
		{"names", func(b *builder) {
			b.enum("__org.qemu_x-Enum", "__org.qemu_x-value")
			b.object("S", "", "__org.qemu_x-member1:__org.qemu_x-Enum")
		}, []string{`OrgQemuXEnumOrgQemuXValue OrgQemuXEnum = "__org.qemu_x-value"`, "OrgQemuXMember1 OrgQemuXEnum `json:\"__org.qemu_x-member1\"`"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBuilder()
			tt.make(b)
			src := source(t, b, Options{})
			contains(t, src, tt.want...)
			for _, a := range tt.absent {
				if strings.Contains(src, a) {
					t.Errorf("%q is in\n%s", a, src)
				}
			}
		})
	}
}

func TestQType(t *testing.T) {
	b := newBuilder("sub.json")
	qtype := &ir.Enum{Info: ir.Info{Name: "QType"}, Values: []*ir.EnumValue{{Name: "none"}, {Name: "qnull"}}}
	b.enter(qtype)
	if src := source(t, b, Options{}); strings.Contains(src, "QType") {
		t.Errorf("QType is declared though nothing uses it:\n%s", src)
	}
	b.object("S", "", "t:QType *u:QType")
	contains(t, source(t, b, Options{}), "type QType string", `QTypeQnull QType = "qnull"`, "T QType `json:\"t\"`")
}

// TestArgsAlias checks that arguments of a named type have the name of those of the command, too.
func TestArgsAlias(t *testing.T) {
	b := newBuilder()
	options := b.object("Options", "", "x:int")
	b.command("run-it", "", "")
	b.schema.Commands[0].Arg = options
	contains(t, source(t, b, Options{}), "// RunItArgs is the type of the arguments of the command 'run-it'. type RunItArgs = Options",
		"func (c *Client) RunIt(ctx context.Context, args Options) error {")
}

func TestHeader(t *testing.T) {
	b := newBuilder("sub.json")
	files, err := Generate(b.schema, Options{Package: "vm", SchemaName: "qapi/vm.json"})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 || files[0].Path != "sub.go" || files[1].Path != "test.go" {
		t.Fatalf("%+v", files)
	}
	const format = "//\n// Print values with Format of package qmp: package fmt prints the addresses of\n// optional members.\n"
	const want = "// Code generated by qapi-go from qapi/vm.json. DO NOT EDIT.\n// SPDX-License-Identifier: Apache-2.0 AND GPL-2.0-or-later\n\n"
	if got := string(files[0].Data); got != want+"package vm\n" {
		t.Errorf("got %q", got)
	}
	if got := string(files[1].Data); !strings.HasPrefix(got, want+"// Package vm provides the types, a client, the events and a server's dispatch\n// table of the QAPI schema qapi/vm.json.\n"+format+"package vm\n") {
		t.Errorf("got %q", got)
	}
	files, err = Generate(b.schema, Options{Docs: DocsNone, Parts: Types})
	if err != nil {
		t.Fatal(err)
	}
	if got := string(files[1].Data); !strings.HasPrefix(got, "// Code generated by qapi-go from test.json. DO NOT EDIT.\n// SPDX-License-Identifier: Apache-2.0\n\n// Package qapi provides the types of the QAPI schema test.json.\n"+format+"package qapi\n") {
		t.Errorf("got %q", got)
	}
}

func TestParts(t *testing.T) {
	b := newBuilder()
	b.command("stop", "now:bool", "")
	b.event("STOP", "")
	for _, tt := range []struct {
		parts Parts
		want  string
	}{{Types, "StopArgs"}, {Client, "StopArgs Client"}, {Events, "StopArgs StopEvent events"}, {Server, "StopArgs Handlers"}, {AllParts, "StopArgs Client StopEvent events Handlers"}} {
		src := source(t, b, Options{Parts: tt.parts})
		for _, word := range []string{"StopArgs", "Client", "StopEvent", "events", "Handlers"} {
			want := strings.Contains(" "+tt.want+" ", " "+word+" ")
			has := strings.Contains(src, "type "+word+" ") || strings.Contains(src, "func "+word+"(") || strings.Contains(src, "var "+word+" ") || strings.Contains(src, "func "+word+"[")
			if has != want {
				t.Errorf("parts %v: %s declared: %t", tt.parts, word, has)
			}
		}
	}
}

func documented() *builder {
	b := newBuilder()
	e := b.enum("State", "on", "off")
	e.Doc = doc("body", "", "Whether it runs.\n\nSee @stop.", "since", "", "1.0")
	e.Values[0].Doc = &ir.Section{Text: "it runs"}
	e.Values[1].Features = []ir.Feature{{Name: "unstable"}}
	e.Values[1].If = ir.CondNot{Cond: ir.CondMacro{Name: "X"}}
	c := b.command("stop", "*force:bool *old:str", "State")
	c.Doc = doc("body", "", "Stop it.\n\nWithout delay.\n\n* this\n* that\n\n.. note:: It may take\n   a while.",
		"feature", "deprecated", "Use @STOP\ninstead.", "feature", "json-cli", "It can.", "returns", "", "whether `State` is on", "errors", "", "- DeviceNotFound", "since", "", "1.1",
		"plain", "", ".. qmp-example::\n\n   -> { \"execute\": \"stop\" }\n   <- { \"return\": \"off\" }", "todo", "", "secret plan")
	c.Features = []ir.Feature{{Name: "json-cli", If: ir.CondMacro{Name: "Z"}}}
	c.If = ir.CondAll{Conds: []ir.Cond{ir.CondMacro{Name: "A"}, ir.CondMacro{Name: "B"}}}
	m := c.Arg.(*ir.Struct).Members
	m[0].Doc = &ir.Section{Text: "stop in any case (since 1.2)\n\nThis may lose data."}
	m[1].Features = []ir.Feature{{Name: "deprecated"}}
	b.event("STOP", "").Doc = doc("body", "", "It has stopped.")
	return b
}

func TestDocs(t *testing.T) {
	full := source(t, documented(), Options{})
	for _, want := range []string{
		"// State is the enum 'State'.\n//\n// Whether it runs.\n//\n// See [Client.Stop].\n//\n// Since: 1.0\ntype State string",
		"\t// it runs\n\tStateOn State",
		"\t// Condition: not X\n\t//\n\t// Unstable: it may change or be removed in any release.\n\tStateOff State",
		"\t// stop in any case (since 1.2)\n\t//\n\t// This may lose data.\n\tForce *bool",
		"\t// Deprecated: Use [StopEvent] instead.\n\tOld *string",
		"// Stop runs the command 'stop'.\n//\n// Stop it.\n//\n// Without delay.\n//\n//   - this\n//   - that\n//\n// Note: It may take a while.\n//\n" +
			"// Returns: whether [State] is on\n//\n// Errors:\n//\n//   - DeviceNotFound\n//\n// Since: 1.1\n//\n// Example:\n//\n" +
			"//\t-> { \"execute\": \"stop\" }\n//\t<- { \"return\": \"off\" }\n//\n// Condition: A and B\n//\n// Feature json-cli (condition: Z): It can.\nfunc (c *Client) Stop(",
		"// StopArgs are the arguments of the command 'stop'.\n//\n// Condition: A and B\ntype StopArgs",
	} {
		if !strings.Contains(full, want) {
			t.Errorf("missing:\n%s\nin:\n%s", want, full)
		}
	}
	if strings.Contains(full, "secret") {
		t.Error("a TODO section is copied")
	}

	summary := source(t, documented(), Options{Docs: DocsSummary})
	if !strings.Contains(summary, "// Stop it.\n") || strings.Contains(summary, "Without delay") || strings.Contains(summary, "execute\": \"stop\" }") {
		t.Errorf("summary:\n%s", summary)
	}

	none := source(t, documented(), Options{Docs: DocsNone})
	for _, prose := range []string{"Whether it runs", "it runs", "Stop it", "in any case", "instead", "DeviceNotFound", "It can", "stopped"} {
		if strings.Contains(none, prose) {
			t.Errorf("%q is in the output without docs", prose)
		}
	}
	contains(t, none, "// Condition: A and B", "// Deprecated: it may be removed in a later release.", "// Feature json-cli (condition: Z)", "// Since: ")
}

func TestDeterminism(t *testing.T) {
	make := func() []gen.File {
		files, err := Generate(documented().schema, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	first := make()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for i, f := range make() {
		if f.Path != first[i].Path || !bytes.Equal(f.Data, first[i].Data) {
			t.Errorf("%s differs", f.Path)
		}
	}
}
