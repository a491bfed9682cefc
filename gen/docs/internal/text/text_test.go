package text

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/ir"
)

// entriesOf returns what stands below the prefaces of the two files.
func entriesOf(t *testing.T, s *ir.Schema) (commands, events string) {
	t.Helper()
	files := Pages(model.New(s, model.Options{}))
	if len(files) != 2 || files[0].Path != "qmp-commands.txt" || files[1].Path != "qmp-events.txt" {
		t.Fatalf("files: %v", files)
	}
	cut := func(data []byte) string {
		_, rest, ok := strings.Cut(string(data), "the order of members.\n\n")
		if !ok {
			t.Fatalf("no preface in:\n%s", data)
		}
		return strings.TrimLeft(rest, "\n")
	}
	return cut(files[0].Data), cut(files[1].Data)
}

// madeExample matches an example that is made from the types.
var madeExample = regexp.MustCompile(`\nExample: \(made from the types\)\n\n(?:.+\n)+`)

// checkEntries compares the entries of the schema that build makes, but for
// examples that are made from the types.
func checkEntries(t *testing.T, name string, build func(*builder), want string) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Helper()
		b := newBuilder()
		build(b)
		got, events := entriesOf(t, b.s)
		if len(b.s.Commands) == 0 {
			got = events
		}
		got = madeExample.ReplaceAllString(got, "")
		if want = strings.TrimLeft(want, "\n"); got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
	})
}

func TestMadeExample(t *testing.T) {
	b := newBuilder()
	b.command(doc("get", "", "member id", ""), b.member("id", b.str()))
	b.command(doc("stop", "", "example", `-> { "execute": "stop" }`))
	got, _ := entriesOf(t, b.s)
	want := strings.TrimLeft(`
get
---

Arguments:

- "id": (json-string)

Returns: (json-object, empty)

Example: (made from the types)

-> { "execute": "get", "arguments": { "id": "id0" } }
<- { "return": {} }


stop
----

Arguments: None.

Returns: (json-object, empty)

Example:

-> { "execute": "stop" }
`, "\n")
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestCommand(t *testing.T) {
	checkEntries(t, "nothing to say", func(b *builder) {
		b.command(doc("stop", ""))
	}, `
stop
----

Arguments: None.

Returns: (json-object, empty)
`)
	checkEntries(t, "arguments, result and errors", func(b *builder) {
		d := doc("set", "Sets things.",
			"member name", "the name, see @stop and @other, of ``x``; a long text that has to go on in another line",
			"member n", "a number\n\nMore of it:\n\n- one\n- two\n", "member list", "",
			"since", "1.0", "returns", "the old value of @name", "errors", "- If @name is bad, GenericError\n- If not,\n  another")
		c := b.command(d, b.member("name", b.str()), b.member("*n", b.builtin("uint8", ir.JSONInt)),
			b.member("*list", array(array(b.bool()))), b.member("other", b.builtin("any", ir.JSONValue)))
		m := c.Arg.(*ir.Struct).Members[0]
		m.If = ir.CondMacro{Name: "CONFIG_X"}
		m.Features = []ir.Feature{{Name: "deprecated"}, {Name: "f", If: ir.CondMacro{Name: "Y"}}}
		c.Returns = b.str()
		b.add(&ir.Struct{Info: ir.Info{Name: "stop"}})
	}, `
set
---

Sets things.

Since: 1.0

Arguments:

- "name": the name, see stop and "other", of `+"`x`"+`; a long text that has to go
  on in another line (json-string, deprecated, feature "f" only if Y, only if
  CONFIG_X)
- "n": a number (json-int, optional, 0 to 255)

  More of it:

  - one
  - two
- "list": (json-array of json-array of json-bool, optional)
- "other": (json-value)

Returns: the old value of "name" (json-string)

Errors:
  - If "name" is bad, GenericError
  - If not, another
`)
	checkEntries(t, "flags, features, notes and examples", func(b *builder) {
		d := doc("go", "Go.\n\n.. note:: Watch out,\n   really.\n\nFor instance:\n\n.. qmp-example::\n\n   -> { \"execute\": \"go\",\n        \"x\": 1 }\n   <- {}",
			"feature deprecated", "Use @stop instead.", "feature unstable", "", "feature f", "some feature",
			"plain", ".. qmp-example::\n   :title: *Two*\n\n   ... wait ...\n\n.. admonition:: Notes\n\n   1. one\n   2. two",
			"note", "an old note", "todo", "not shown",
			"example", "1. First\n\n   -> { \"a\":\n        1 }")
		c := b.command(d, b.member("n", b.int()))
		c.Gen, c.SuccessResponse, c.AllowOOB, c.AllowPreconfig = false, false, true, true
		c.If = ir.CondAny{Conds: []ir.Cond{ir.CondMacro{Name: "A"}, ir.CondNot{Cond: ir.CondMacro{Name: "B"}}}}
		c.Features = []ir.Feature{{Name: "unstable"}, {Name: "deprecated"}, {Name: "f", If: ir.CondMacro{Name: "F"}},
			{Name: "bare"}, {Name: "bare-if", If: ir.CondMacro{Name: "F"}}}
	}, `
go
--

Go.

Note: Watch out, really.

Deprecated: Use "stop" instead.

Unstable: this command may change or be removed at any time.

Only if: A or not B
Allowed out of band (exec-oob).
Allowed in preconfig state, before the machine is created.

Arguments:

- "n": (json-int)
- Others: the server takes more arguments than the schema describes
  (json-value)

Returns: Nothing: there is no reply on success.

Features:

- "f": some feature (only if F)
- "bare"
- "bare-if": (only if F)

Notes:
  1. one
  2. two

Note: an old note

Example: For instance:

-> { "execute": "go",
     "x": 1 }
<- {}

Example: *Two*

... wait ...

Example:

1. First

-> { "a":
     1 }
`)
}

func TestEvent(t *testing.T) {
	checkEntries(t, "with data", func(b *builder) {
		b.event(doc("GONE", "It is gone.", "member id", "which"), b.member("id", b.str()))
	}, `
GONE
----

It is gone.

Data:

- "id": which (json-string)
`)
	checkEntries(t, "in order", func(b *builder) {
		b.event(doc("B", ""))
		b.event(doc("A_", ""))
		b.event(doc("A", ""))
	}, `
A
-

Data: None.


A_
--

Data: None.


B
-

Data: None.
`)
	checkEntries(t, "none", func(*builder) {}, "There are no events.\n")
}

func TestNested(t *testing.T) {
	checkEntries(t, "objects and enums", func(b *builder) {
		mode := b.enum(doc("Mode", "", "member fast", "does it fast", "member slow", "Since 2.0", "member new", "", "member old", "does it\nas of old"), "slow", "fast", "new", "x-test", "old")
		mode.Values[3].Features = []ir.Feature{{Name: "unstable"}}
		mode.Values[4].If = ir.CondMacro{Name: "OLD"}
		onoff := b.enum(doc("OnOff", "", "member on", "", "member off", "(since 2.3)"), "on", "off")
		base := b.structure(doc("Base", "never shown", "member a", "from the base"), b.member("a", b.int()))
		box := b.structure(doc("Box", "A box.", "member mode", "how", "member again", "", "feature f", "A feature of a box."),
			b.member("*mode", mode), b.member("switch", onoff), b.member("again", array(mode)))
		box.Base = base
		empty := b.structure(doc("Empty", ""))
		c := b.command(doc("pack", "Packs.", "member box", "the box"), b.member("box", array(box)), b.member("*empty", empty))
		c.Returns = box
	}, `
pack
----

Packs.

Arguments:

- "box": the box (json-array of json-object, type Box)
  A box.
  - "a": from the base (json-int)
  - "mode": how (json-string, optional, type Mode)
    Possible values:
    - "slow" (since 2.0)
    - "fast": does it fast
    - "new", "x-test" (unstable)
    - "old": does it as of old (only if OLD)
  - "switch": (json-string)
    Possible values: "on", "off" (since 2.3)
  - "again": (json-array of json-string, type Mode, see above)
  - Feature "f": A feature of a box.
- "empty": (json-object, optional, empty)

Returns: (json-object, type Box, see above)
`)
	checkEntries(t, "unions, alternates and recursion", func(b *builder) {
		kind := b.enum(doc("Kind", ""), "file", "copy", "dir", "none", "void")
		tag := b.member("kind", kind)
		base := b.args(nil, doc("Node", ""), tag)
		file := b.structure(doc("File", "", "member name", "its name"), b.member("name", b.str()))
		node := &ir.Union{Info: ir.Info{Name: "Node"}, Base: base, Discriminator: tag}
		ref := &ir.Alternate{Info: ir.Info{Name: "NodeRef", Doc: doc("NodeRef", "")}}
		dir := b.structure(doc("Dir", ""), b.member("entries", array(ref)), b.member("parent", ref))
		ref.Branches = []*ir.AltBranch{
			{Name: "def", Type: node, Doc: &ir.Section{Text: "defines it"}},
			{Name: "name", Type: b.str(), Doc: &ir.Section{Text: "names it"}},
			{Name: "n", Type: b.null(), If: ir.CondMacro{Name: "X"}},
		}
		node.Branches = []*ir.Branch{
			{Name: "file", Type: file}, {Name: "dir", Type: dir, If: ir.CondMacro{Name: "DIRS"}},
			{Name: "copy", Type: file}, {Name: "none"}, {Name: "void"},
		}
		b.add(node)
		b.add(ref)
		c := b.command(doc("node-add", "Adds."))
		c.Arg = node
	}, `
node-add
--------

Adds.

Arguments:

- "kind": (json-string)
  Possible values: "file", "copy", "dir", "none", "void"
- If "kind" is "file" or "copy":
  - "name": its name (json-string)
- If "kind" is "dir" (only if DIRS):
  - "entries": (json-array of (json-object, json-string or json-null), type
    NodeRef)
    - json-object: defines it (as the arguments of this command)
    - json-string: names it
    - json-null: (only if X)
  - "parent": (json-object, json-string or json-null, type NodeRef, see above)
- If "kind" is "none" or "void": no further members

Returns: (json-object, empty)
`)
}

// TestDeep checks that deeply nested types are shown below the arguments, so that
// there is always room for text.
func TestDeep(t *testing.T) {
	b := newBuilder()
	var inner ir.Type = b.str()
	levels := 3*limits.Depth + 1
	for i := range levels {
		name := fmt.Sprintf("t%d", i)
		inner = b.structure(doc("Type-"+name, "", "member "+name, "a level"), b.member(name, inner))
	}
	b.command(doc("deep", ""), b.member("x", inner))
	got, _ := entriesOf(t, b.s)
	got = madeExample.ReplaceAllString(got, "")
	for i := range levels {
		if n := strings.Count(got, fmt.Sprintf(`- "t%d": a level`, i)); n != 1 {
			t.Errorf("level %d is there %d times", i, n)
		}
	}
	if n := strings.Count(got, "\nType "); n != 3 {
		t.Errorf("%d types below the arguments, want 3:\n%s", n, got)
	}
	for line := range strings.Lines(got) {
		if len(line) > lineWidth {
			t.Errorf("long line: %s", line)
		}
	}
}

// TestData checks that text of the schema is not taken for more than text.
func TestData(t *testing.T) {
	b := newBuilder()
	b.command(doc("x", "<script>alert(1)</script> % \\n $(y) "+strings.Repeat("w", 100)+" end\n\nname\n\n    ----"))
	got, _ := entriesOf(t, b.s)
	for _, want := range []string{"<script>alert(1)</script> % \\n $(y)\n", "\n" + strings.Repeat("w", 100) + "\nend\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in:\n%s", want, got)
		}
	}
}
