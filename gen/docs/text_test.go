package docs

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/ir"
)

// entriesOf returns the two files without what stands before the entries.
func entriesOf(t *testing.T, s *ir.Schema) (commands, events string) {
	t.Helper()
	files, err := Text(s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 || files[0].Path != "qmp-commands.txt" || files[1].Path != "qmp-events.txt" {
		t.Fatalf("files: %v", files)
	}
	cut := func(data []byte) string {
		_, rest, ok := strings.Cut(string(data), "the order of members.\n\n")
		if !ok {
			t.Fatalf("no preface in:\n%s", data)
		}
		return rest
	}
	return cut(files[0].Data), cut(files[1].Data)
}

func TestEntries(t *testing.T) {
	tests := []struct {
		name  string
		build func(b *builder)
		want  string
	}{
		{"nothing to say", func(b *builder) {
			b.command(doc("stop", ""))
		}, `
stop
----

Arguments: None.

Returns: (json-object, empty)
`},
		{"arguments", func(b *builder) {
			d := doc("set", "Sets things.", "member name", "the name, see @set and @other, of ``x``; a long text that has to go on in another line", "member n", "a number",
				"member list", "", "since", "1.0", "returns", "the old value of @name", "errors", "- If @name is bad, GenericError\n- If not,\n  another")
			c := b.command(d, b.member("name", b.str()), b.member("*n", b.builtin("uint8", ir.JSONInt)),
				b.member("*list", array(array(b.bool()))), b.member("other", b.builtin("any", ir.JSONValue)))
			c.Arg.(*ir.Struct).Members[0].If = ir.CondMacro{Name: "CONFIG_X"}
			c.Arg.(*ir.Struct).Members[0].Features = []ir.Feature{{Name: "deprecated"}, {Name: "f", If: ir.CondMacro{Name: "Y"}}}
			c.Returns = b.str()
		}, `
set
---

Sets things.

Since: 1.0

Arguments:

- "name": the name, see set and "other", of ` + "`x`" + `; a long text that has to go on
  in another line (json-string, deprecated, feature "f" only if Y, only if
  CONFIG_X)
- "n": a number (json-int, optional, 0 to 255)
- "list": (json-array of json-array of json-bool, optional)
- "other": (json-value)

Returns: the old value of "name" (json-string)

Errors:
  - If "name" is bad, GenericError
  - If not, another
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBuilder()
			tt.build(b)
			got, _ := entriesOf(t, b.s)
			if got != tt.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, tt.want)
			}
		})
	}
}

func TestForm(t *testing.T) {
	var b writer
	fmt.Fprint(&b.buf, "x")
	if !bytes.HasSuffix(b.bytes(), []byte("x\n")) {
		t.Error("no line end")
	}
}
