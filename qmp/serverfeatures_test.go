package qmp_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
)

// oldLamp is the introspection of a server whose command lamp has a mandatory hue.
const oldLamp = `[{"name":"lamp","meta-type":"command","arg-type":"0","ret-type":"1"},
{"name":"query-qmp-schema","meta-type":"command","arg-type":"9","ret-type":"any"},
{"name":"BURNT","meta-type":"event","arg-type":"4"},
{"name":"0","meta-type":"object","members":[{"name":"hue","type":"2"},{"name":"list","type":"[3]","default":null}]},
{"name":"1","meta-type":"object","members":[{"name":"watt","type":"int"}]},
{"name":"2","meta-type":"enum","values":["red","grey"]},
{"name":"3","meta-type":"object","members":[{"name":"n","type":"int"}]},
{"name":"[3]","meta-type":"array","element-type":"3"},
{"name":"4","meta-type":"object","members":[{"name":"hue","type":"2"}]},
{"name":"9","meta-type":"object","members":[]},
{"name":"any","meta-type":"builtin","json-type":"value"},
{"name":"int","meta-type":"builtin","json-type":"int"}]`

type lampArgs struct {
	Hue  *string    `json:"hue,omitzero"`
	Dim  *bool      `json:"dim,omitzero"`
	List []lampItem `json:"list,omitzero"`
}

type lampItem struct {
	N any    `json:"n"`
	M *int64 `json:"m,omitzero"`
}

type lampResult struct {
	Watt  int64  `json:"watt"`
	Lumen *int64 `json:"lumen,omitzero"`
}

// TestWithFeatures makes a server of a newer protocol emulate an older one.
func TestWithFeatures(t *testing.T) {
	features, err := qmp.ParseFeatures([]byte(oldLamp))
	if err != nil {
		t.Fatal(err)
	}
	lumen := int64(3)
	ran := 0
	lamp := func(_ context.Context, args lampArgs) (lampResult, error) {
		ran++
		if args.List != nil {
			return lampResult{Watt: 1, Lumen: &lumen}, nil
		}
		return lampResult{Watt: 1}, nil
	}
	off := func(context.Context) error { return nil }
	s := qmp.NewServer([]qmp.ServerCommand{
		{Name: "lamp", Args: (*lampArgs)(nil), Result: (*lampResult)(nil), Run: qmp.Handler(lamp), AllowOOB: true},
		{Name: "off", Run: qmp.Handler(off)},
		{Name: "query-qmp-schema", Reply: "[]"},
	}, qmp.WithFeatures(features), qmp.WithErrorLog(new(testLog)))
	defer s.Close()
	here, there := net.Pipe()
	go s.ServeConn(context.Background(), there)
	c, err := qmp.NewClient(t.Context(), here)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	tests := []struct{ command, args, want string }{
		{"lamp", `{"hue":"red"}`, ""},
		{"lamp", `{"hue":"red","dim":true}`, "Parameter 'dim' is unexpected"},
		{"lamp", `{}`, "Parameter 'hue' is missing"},
		{"lamp", `{"hue":"blue"}`, "Parameter 'hue' does not accept value 'blue'"},
		{"lamp", `{"hue":"red","list":[{"n":1},{"n":1,"m":2}]}`, "Parameter 'list[1].m' is unexpected"},
		{"lamp", `{"hue":"red","list":[{"n":"x"}]}`, "Invalid parameter type for 'list[0].n', expected: integer"},
		{"lamp", `{"hue":"red","list":[]}`, "lumen does not exist in the features of the server"},
		{"off", `{}`, "The command off has not been found"},
	}
	for _, test := range tests {
		var result json.RawMessage
		err := c.Do(t.Context(), &qmp.Request{Command: test.command, Args: json.RawMessage(test.args), Result: &result})
		switch {
		case test.want == "" && err != nil, test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s %s: %v, want %q", test.command, test.args, err, test.want)
		}
	}
	if ran != 2 {
		t.Errorf("the handler ran %d times, want 2", ran)
	}
	if err := c.Call(t.Context(), "off", nil, nil); !errors.Is(err, &qmp.Error{Class: qmp.ClassCommandNotFound}) {
		t.Errorf("off: %v", err)
	}
	got, err := qmp.QueryFeatures(t.Context(), c)
	if err != nil || !got.Command("lamp").Member("hue").HasValue("grey") || got.Command("off").Exists() {
		t.Errorf("query-qmp-schema: %v, %v", got, err)
	}
	for data, want := range map[string]string{`{"hue":"red"}`: "", `{"hue":"blue"}`: "hue has no value 'blue'", `{}`: "hue is missing"} {
		err := s.Emit(&qmp.UnknownEvent{Name: "BURNT", Data: json.RawMessage(data)})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("BURNT %s: %v, want %q", data, err, want)
		}
	}
	if err := s.Emit(&qmp.UnknownEvent{Name: "LIT"}); err == nil || !strings.Contains(err.Error(), "does not have the event LIT") {
		t.Errorf("LIT: %v", err)
	}
}
