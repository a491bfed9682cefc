package gocall_test

import (
	"os"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/example"
	"github.com/qapi-go/qapi-go/internal/gocall"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

// TestOf checks how snippets are laid out. TestCompile holds that they are right.
func TestOf(t *testing.T) {
	tests := []struct{ name, message, want string }{
		{"no arguments", `{ "execute": "ping" }`, "err := vm.Ping(ctx)"},
		{"result", `{ "execute": "draw_it" }`, "result, err := vm.DrawIt(ctx, qapi.DrawItArgs{})"},
		{"branch, variables", `{ "execute": "draw", "arguments": { "kind": "red", "bytes": [ 1, 255 ], "node-name": "a", "more": [ "3d" ] } }`,
			`nodeName := "a"
err := vm.Draw(ctx, qapi.Shape{
	Kind:     qapi.ColourRed,
	NodeName: &nodeName,
	Branch: &qapi.Bytes{
		Bytes: []uint8{1, 255},
		More:  []qapi.Colour{qapi.Colour3d},
	},
})`},
		{"keywords, variables of one name", `{ "execute": "set", "arguments": { "v": 1, "list": [ { "id": "a", "x": 1, "type": true, "y": 1 }, { "id": "b", "x": 1, "type": true, "y": 2 } ] } }`,
			`typeValue := true
y := uint64(1)
y2 := uint64(2)
err := vm.Set(ctx, qapi.SetArgs{
	V: 1,
	List: []qapi.Either{
		{P: &qapi.Point{ID: "a", X: 1, Type: &typeValue, Y: &y}},
		{P: &qapi.Point{ID: "b", X: 1, Type: &typeValue, Y: &y2}},
	},
})`},
		{"open", `{ "execute": "open_it", "arguments": { "driver": "x", "size": 1 } }`,
			`err := vm.OpenIt(ctx, qapi.OpenItArgs{
	Driver: "x",
	Extra:  map[string]any{"size": 1},
})`},
		{"out of band", `{ "exec-oob": "draw_it", "arguments": { "point": { "id": "a", "x": 1 } } }`,
			`var result qapi.Point
err := c.Do(ctx, &qmp.Request{
	Command: "draw_it",
	Args:    &qapi.DrawItArgs{Point: &qapi.Point{ID: "a", X: 1}},
	Result:  &result,
	OOB:     true,
})`},
		{"elided", `{ "execute": "open_it", "arguments": { "driver": "x", ... } }`, ""},
		{"wrong", `{ "execute": "open_it", "arguments": { "size": 1 } }`, ""},
		{"no command", `{ "execute": "x" }`, ""},
		{"event", `{ "event": "X" }`, ""},
	}
	text, err := os.ReadFile("testdata/types.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := schematest.Text(t, string(text)+"##\n# @ping:\n#\n# .. qmp-example::\n#\n#     -> "+tt.message+"\n##\n{ 'command': 'ping' }\n")
			e := example.Read(s, s.ByName["ping"].(*ir.Command).Doc).Examples[0]
			got, ok := gocall.Of(e.Messages[0])
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			if strings.HasSuffix(got, "\n") {
				t.Error("it ends with a newline")
			}
		})
	}
}
