package qmp_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
)

// Commands that a server answers from its table without a handler.
func TestServerAnswersByItself(t *testing.T) {
	table := []qmp.ServerCommand{
		{Name: "qmp_capabilities", AllowPreconfig: true},
		{Name: "query-qmp-schema", Reply: `[{"name":"query-version","meta-type":"command"},` + "\n" + `{}]`},
		{Name: "query-commands"},
		{Name: "query-version", AllowPreconfig: true},
		{Name: "stop"},
		{Name: "cont", Run: qmp.Handler(func(context.Context) error { return nil })},
		{Name: "guest-ping"},
	}
	own := slices.Clone(table)
	own[1].Result = (*string)(nil)
	own[1].Run = qmp.Handler(func(context.Context) (string, error) { return "mine", nil })
	version := qmp.WithVersion(qmp.Version{Major: 10, Minor: 2, Package: "p"})
	notFound := func(name string) string {
		return errorLine("CommandNotFound", "The command "+name+" has not been found", "")
	}
	other := slices.Clone(table)
	other[3].Result = (*StatusInfo)(nil)
	tests := []struct {
		name  string
		table []qmp.ServerCommand
		opts  []qmp.ServerOption
		send  string
		want  string
	}{
		{"schema", table, nil, `{"execute":"query-qmp-schema","id":1}`, `{"return": [{"name":"query-version","meta-type":"command"}, {}], "id": 1}`},
		{"schema takes no arguments", table, nil, `{"execute":"query-qmp-schema","arguments":{"x":1}}`, errorLine("GenericError", "Parameter 'x' is unexpected", "")},
		{"a handler comes first", own, nil, `{"execute":"query-qmp-schema"}`, `{"return": "mine"}`},
		{"commands", table, nil, `{"execute":"query-commands"}`, `{"return": [{"name":"qmp_capabilities"},{"name":"query-qmp-schema"},{"name":"query-commands"},{"name":"query-version"},{"name":"cont"}]}`},
		{"commands takes no arguments", table, nil, `{"execute":"query-commands","arguments":{"x":1}}`, errorLine("GenericError", "Parameter 'x' is unexpected", "")},
		{"version", table, []qmp.ServerOption{version}, `{"execute":"query-version"}`, `{"return": {"qemu":{"micro":0,"minor":2,"major":10},"package":"p"}}`},
		{"neither handler nor answer", table, nil, `{"execute":"stop"}`, notFound("stop")},
		{"another schema's query-version", other, nil, `{"execute":"query-version"}`, notFound("query-version")},
		{"an agent's command", table, nil, `{"execute":"guest-ping"}`, notFound("guest-ping")},
		{"not in the table", table[:1], nil, `{"execute":"query-version"}`, notFound("query-version")},
		{"preconfig", table, []qmp.ServerOption{qmp.WithPreconfig(), version}, `{"execute":"cont"}`,
			errorLine("GenericError", "The command 'cont' is permitted only after machine initialization has completed", "")},
		{"allowed in preconfig", table, []qmp.ServerOption{qmp.WithPreconfig(), version}, `{"execute":"query-version"}`, `{"return": {"qemu":{"micro":0,"minor":2,"major":10},"package":"p"}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := serveRaw(t, qmp.NewServer(test.table, test.opts...))
			c.line()
			if got := c.send(`{"execute":"qmp_capabilities"}`, 1); got[0] != okay {
				t.Fatal(got)
			}
			if got := c.send(test.send, 1); compactLine(got[0]) != compactLine(test.want) {
				t.Errorf("got  %s\nwant %s", got[0], test.want)
			}
		})
	}
}

// compactLine removes white space, which the values above do not contain.
func compactLine(s string) string {
	return string(slices.DeleteFunc([]byte(s), func(c byte) bool { return c == ' ' || c == '\n' }))
}

func TestLeavePreconfig(t *testing.T) {
	h := handlers
	h.Cont = func(context.Context) error { return nil }
	s := qmp.NewServer(h.Commands(), qmp.WithPreconfig())
	c := NewClient(dial(t, listen(t, s)))
	ctx := testContext(t)
	var e *qmp.Error
	if err := c.Cont(ctx); !errors.As(err, &e) || e.Class != qmp.ClassGenericError {
		t.Errorf("in preconfig: %v", err)
	}
	s.LeavePreconfig()
	if err := c.Cont(ctx); err != nil {
		t.Error(err)
	}
}
