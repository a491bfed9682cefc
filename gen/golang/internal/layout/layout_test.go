package layout_test

import (
	"bytes"
	"go/format"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen/golang/internal/layout"
)

// TestSource compares with gofmt, which has to do the same to each text, and nothing to the
// result.
func TestSource(t *testing.T) {
	long := strings.Repeat("Long", 12)
	tests := map[string]string{
		"imports":            "import (\n\"context\"\n\n\"github.com/x/y\"\n)\n",
		"import":             "import \"context\"\n",
		"blank lines":        "\n\n\nconst _ = x.Version1\n\n\n// A is.\ntype A struct{\n}\ntype B = A\ntype C string\nvar d = 1\nvar e = 2\n\nvar f = 3\n",
		"fields":             "type A struct{\n// Name is.\n//\n// Long.\nName string `json:\"name\"`\nLongerName * bool `json:\"n,omitzero\"`\nL [] * X `json:\"l\"`\n// M is.\nM map[string] any `json:\"-\"`\nT qmp.Timestamp `json:\"-\"`\n}\n",
		"names of any width": "type A struct{\nÄhm string `json:\"a\"`\nNameX bool `json:\"b\"`\n}\n",
		"embedded":           "type A struct{\nwire.Unknown\n}\n",
		"functions in a struct": "type H struct{\n" +
			"Stop func (ctx context.Context) error\nQueryStatus func (ctx context.Context,args Args) ([] Status,error)\n}\n",
		"constants":       "const (\nA E = \"a\"\nLonger E = \"b, `c` \\\" (d)\"\n// C is.\nC E = \"c\"\n)\n",
		"interface":       "type I interface{\nisI ()\n}\n",
		"marks":           "func (* A) isI () {}\nfunc (* Longer) isI () {}\n\n\nvar x = 1\nfunc (* B) isI () {}\n",
		"marks, comments": "func (* A) isI () {}\n// Longer is.\nfunc (* Longer) isI () {}\nfunc (* B) isI () {}\n",
		"long marks":      "func (* A) isI () {}\nfunc (* " + long + ") is" + long + " () {}\nfunc (* B) isI () {}\n",
		"methods": "func NewClient (caller qmp.Caller) * Client {\nreturn & Client {caller : caller}\n}\n" +
			"// Run runs.\n//\n//go:noinline\nfunc (c * Client) Run (ctx context.Context,args,result any,more ... T) ([] byte,error) {\n" +
			"return c . caller . Do (ctx,& qmp.Request {Command : \"x\",Args : args,NoReply : true},more...)\n}\n",
		"bodies": "func (v * A) F (data [] byte) error {\nvar result [] string\nerr := c . run (ctx,\"x\",nil,& result)\nreturn result,err\n}\n" +
			"func (v * A) G () * qmp.Subscription[qmp.Event] {\nreturn genrt.Some[[] T] (ctx,string (v))\n}\n",
		"table": "var u = wire.Union {\n Tag : \"t\",\n Branches : [] wire.Branch {\n {Value : \"a\",Type : (* A) (nil)},\n {Value : \"b\"},\n},\n Shared : [] string {\n \"a\",\n},\n Unknown : (* U) (nil),\n}\n",
		"raw":   "const r = `a\n// no comment\n{\n  b`\nvar h = qmp.History {Table : `x\n\n\ty`}\nvar _ = `\n`\n",
	}
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			src := "// A comment.\n\npackage p\n\n" + body
			want, err := format.Source([]byte(src))
			if err != nil {
				t.Fatal(err)
			}
			got := layout.Source([]byte(src))
			if !bytes.Equal(got, want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// FuzzSource looks for source that makes it panic or hang.
func FuzzSource(f *testing.F) {
	for _, s := range []string{"type A struct{\nB * C `d`\n}\n", "var x = `", "\"\\", "}", "const (\n=\n)\n", "a . . .", "func f () {}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		got := layout.Source([]byte(src))
		for _, word := range strings.Fields(src) {
			if strings.Trim(word, "abcxyz") == "" && !bytes.Contains(got, []byte(word)) {
				t.Errorf("%q is lost in %q", word, got)
			}
		}
	})
}
