package console

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/qmp"
)

// testSchema has a command of each kind that arguments are typed for.
const testSchema = `
{ 'enum': 'Color', 'data': [ 'red', 'dark-green' ] }
{ 'struct': 'Point', 'data': { 'x': 'int8', '*y': 'uint64' } }
{ 'union': 'Shape', 'base': { 'kind': 'Color', '*name': 'str' }, 'discriminator': 'kind',
  'data': { 'red': 'Point' } }
{ 'alternate': 'Ref', 'data': { 'ref': 'str', 'def': 'Point', 'none': 'null' } }
{ 'command': 'draw', 'data': 'Shape', 'boxed': true }
{ 'command': 'set', 'data': { '*id': 'str', '*n': 'int', '*f': 'number', '*on': 'bool', '*size': 'size',
  '*color': 'Color', '*p': 'Point', '*list': ['Point'], '*names': ['str'], '*any': 'any', '*ref': 'Ref',
  '*__com.example_x': 'str' } }
{ 'command': 'ping' }
{ 'command': 'open', 'data': { 'driver': 'str' }, 'gen': false }
{ 'command': 'bye', 'success-response': false }
{ 'event': 'DONE', 'data': { 'id': 'str' } }
`

func loadSchema(t *testing.T) *Schema {
	t.Helper()
	s, errs := qapigo.Load(fstest.MapFS{"s.json": {Data: []byte(testSchema)}}, "s.json", qapigo.Options{})
	if s == nil {
		t.Fatal(errs.First().Msg)
	}
	return NewSchema(s)
}

func TestArguments(t *testing.T) {
	for _, test := range []struct {
		line string // a command line of the shell
		want string // the arguments, or part of the error
	}{
		{`ping`, ``},
		{`ping a=1`, `argument 'a': unknown: ping takes no arguments`},
		{`set id=1 n=-5 f=1.5 on=on size=4k color=red`, `{"id": "1", "n": -5, "f": 1.5, "on": true, "size": 4096, "color": "red"}`},
		{`set id="a b" on=False n=0x10`, `{"id": "a b", "on": false, "n": 16}`},
		{`set id='it is'`, `{"id": "it is"}`},
		{`set id=true`, `{"id": "true"}`},
		{`set p.x=1 p.y=18446744073709551615`, `{"p": {"x": 1, "y": 18446744073709551615}}`},
		{`set p={'x':1}`, `{"p": {"x": 1}}`},
		{`set p={"x": 1, 'y': 2}`, `{"p": {"x": 1, "y": 2}}`},
		{`set list.0.x=1 list.1.x=2`, `{"list": [{"x": 1}, {"x": 2}]}`},
		{`set names=["a",'b']`, `{"names": ["a", "b"]}`},
		{`set any=True`, `{"any": true}`},
		{`set any=7`, `{"any": 7}`},
		{`set any=abc`, `{"any": "abc"}`},
		{`set any={'a':None}`, `{"any": {"a": null}}`},
		{`set ref=null`, `{"ref": null}`},
		{`set ref="null"`, `{"ref": "null"}`},
		{`set ref=7`, `{"ref": "7"}`},
		{`set ref=node0`, `{"ref": "node0"}`},
		{`set ref.x=3`, `{"ref": {"x": 3}}`},
		{`set __com.example_x=1`, `{"__com.example_x": "1"}`},
		{`draw kind=red x=3 name=n`, `{"kind": "red", "x": 3, "name": "n"}`},
		{`draw x=3 kind=red`, `{"x": 3, "kind": "red"}`},
		{`draw kind=dark-green x=3`, `argument 'x': unknown with kind=dark-green. Allowed: kind, name`},
		{`draw kind=red`, `argument 'x': missing; want an integer (int8)`},
		{`draw kind=dark_green`, `argument 'kind': unknown value 'dark_green'; did you mean 'dark-green'? Allowed: red, dark-green`},
		{`draw x=1`, `argument 'kind': missing; want one of red, dark-green`},
		{`set p.x=200`, `argument 'p.x': 200 is out of range: want -128 to 127`},
		{`set n=1.5`, `argument 'n': want an integer, not "1.5"`},
		{`set n=abc`, `argument 'n': want an integer, not "abc"`},
		{`set on=maybe`, `argument 'on': want true or false, not "maybe"`},
		{`set colour=red`, `argument 'colour': unknown; did you mean 'color'? Allowed: id, n,`},
		{`set p=5`, `argument 'p': want an object, not a number`},
		{`set names=a`, `argument 'names': want a list of str, such as ["a", "b"]`},
		{`set ref=[1]`, `{"ref": "[1]"}`},
		{`set ref={"z":1}`, `argument 'ref.z': unknown`},
		{`set id=1 id=2`, `duplicate argument "id"`},
		{`set p=1 p.x=2`, `argument "p" is both a value and an object`},
		{`set .x=2`, `has an empty part`},
		{`set id`, `want KEY=VALUE, not "id"`},
		{`pin`, `unknown command; did you mean 'ping'?`},
		{`open driver=e1000 mac=x len=5`, `{"driver": "e1000", "mac": "x", "len": 5}`},
	} {
		got := ""
		words, err := splitLine(test.line)
		if err != nil {
			t.Fatal(test.line, err)
		}
		var args *object
		if args, err = readArguments(words[1:], nil); err == nil {
			var req *qmp.Request
			if req, err = loadSchema(t).prepare(words[0], args); err == nil && req.Args != nil {
				got = string(req.Args.(json.RawMessage))
			}
		}
		if err != nil {
			got = err.Error()
			if !strings.Contains(got, test.want) || test.want == "" {
				t.Errorf("%s: error %q, want %q", test.line, got, test.want)
			}
		} else if got != test.want {
			t.Errorf("%s: %s, want %s", test.line, got, test.want)
		}
	}
}

func TestParseValue(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{`{'a': "b", "c": [1, -2.5e3, true, None]}`, `{"a": "b", "c": [1, -2.5e3, true, null]}`},
		{`"\u00e4\ud83d\ude00\n"`, `"ä😀\n"`},
		{`'it\'s'`, `"it's"`},
		{`{}`, `{}`},
		{`[]`, `[]`},
		{`12345678901234567890123`, `12345678901234567890123`},
		{`{"a":1,"a":2}`, `column 8: duplicate member "a"`},
		{`{"a" 1}`, `column 6: want ':' after the name "a"`},
		{`[1 2]`, `column 4: want ',' or ']'`},
		{`[a]`, `column 2: "a" is not a JSON value: strings need quotes`},
		{`{`, `want the name of a member`},
		{`"abc`, `column 1: the string is not closed`},
		{`"\q"`, `invalid escape in a string`},
		{`1 2`, `unexpected "2" after the value`},
		{``, `the JSON value is incomplete`},
		{strings.Repeat("[", 2000), `nested deeper than 1024`},
	} {
		v, err := parseValue(test.text)
		if err != nil {
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("%.40s: %v, want %s", test.text, err, test.want)
			}
		} else if got := string(appendValue(nil, v)); got != test.want {
			t.Errorf("%.40s: %s, want %s", test.text, got, test.want)
		}
	}
}

// FuzzParseValue checks that what is written is read again as it was.
func FuzzParseValue(f *testing.F) {
	f.Add(`{'a': [1, "b\u0000", None]}`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := parseValue(text)
		if err != nil || !utf8.ValidString(text) { // other bytes become U+FFFD
			return
		}
		once := appendValue(nil, v)
		if !json.Valid(once) {
			t.Fatalf("%q becomes %q", text, once)
		}
		again, err := parseValue(string(once))
		if err != nil {
			t.Fatalf("%q: %v", once, err)
		}
		if twice := appendValue(nil, again); string(twice) != string(once) {
			t.Fatalf("%q becomes %q", once, twice)
		}
	})
}

func TestComplete(t *testing.T) {
	s := loadSchema(t)
	live := func(command, argument, _ string, _ *object) []string { return []string{command + "-" + argument} }
	for _, test := range []struct {
		words string
		typed string
		want  string
	}{
		{"", "p", "ping"},
		{"", "", "bye draw open ping set"},
		{"draw", "k", "kind="},
		{"draw", "", "kind= name="},
		{"draw kind=red", "", "name= x= y="},
		{"draw", "kind=", "kind=red kind=dark-green"},
		{"draw", "kind=d", "kind=dark-green"},
		{"set", "on=t", "on=true"},
		{"set", "p", "p."},
		{"set", "p.", "p.x= p.y="},
		{"set p.x=1", "p.", "p.y="},
		{"set", "list.0.", "list.0.x= list.0.y="},
		{"set", "ref.", "ref.x= ref.y="},
		{"set", "id=", "id=set-id"},
		{"set", "nope.", ""},
		{"nope", "", ""},
		{"ping", "", ""},
	} {
		var got []string
		for _, c := range s.Complete(strings.Fields(test.words), test.typed, live) {
			got = append(got, c.Text)
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s %s|: %q, want %q", test.words, test.typed, got, test.want)
		}
	}
}

// serve starts a server on a unix socket and returns its address. draw says which
// arguments came; set fails; ping emits DONE for other and for disk0.
func serve(t *testing.T) string {
	t.Helper()
	var server *qmp.Server
	server = qmp.NewServer([]qmp.ServerCommand{
		{Name: "ping", Run: func(context.Context, any) (any, error) {
			for _, id := range []string{"other", "disk0"} {
				if err := server.Emit(&qmp.UnknownEvent{Name: "DONE", Data: json.RawMessage(`{"id": "` + id + `"}`)}); err != nil {
					return nil, err
				}
			}
			return nil, nil
		}},
		{Name: "set", Run: func(context.Context, any) (any, error) {
			return nil, &qmp.Error{Class: qmp.ClassDeviceNotFound, Desc: "no such thing"}
		}},
	})
	return listen(t, server)
}

// serveCommands starts a server with other commands.
func serveCommands(t *testing.T, commands []qmp.ServerCommand) string {
	t.Helper()
	return listen(t, qmp.NewServer(commands))
}

// listen serves on a unix socket until the test ends, and returns its address.
func listen(t *testing.T, server *qmp.Server) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	t.Cleanup(func() {
		server.Close()
		if err := <-served; !errors.Is(err, qmp.ErrClosed) {
			t.Error(err)
		}
	})
	return path
}

// withSchema returns a source of the test's schema.
func withSchema(t *testing.T) func(context.Context, *Machine) (*Schema, error) {
	s := loadSchema(t)
	return func(context.Context, *Machine) (*Schema, error) { return s, nil }
}

func TestCall(t *testing.T) {
	addr := serve(t)
	for _, test := range []struct {
		call    Call
		wantOut string
		wantErr string // of stderr or the error
	}{
		{Call{Command: "ping"}, "{}\n", ""},
		{Call{Command: "ping", Wait: []string{"DONE:id=disk0"}}, `"data":{"id":"disk0"},"timestamp":`, ""},
		{Call{Command: "ping", Wait: []string{"DONE:id"}}, "", "want EVENT"},
		{Call{Command: "ping", Wait: []string{"DONT"}}, "", "unknown event; did you mean 'DONE'?"},
		{Call{Command: "set"}, "", "set: DeviceNotFound: no such thing\n"},
		{Call{Command: "set", Args: `{"n": "x"}`}, "", "argument 'n': want an integer"},
		{Call{Command: "set", Args: `[]`}, "", "--args: want a JSON object, not a list"},
		{Call{Command: "ping", Files: []string{"/no/such"}}, "", "no such file"},
	} {
		test.call.Target.Addr, test.call.Schema = addr, withSchema(t)
		var out, errs strings.Builder
		err := test.call.Run(t.Context(), &out, &errs)
		said := errs.String()
		if err != nil {
			said += err.Error()
		}
		if !strings.Contains(out.String(), test.wantOut) || !strings.Contains(said, test.wantErr) || (err == nil) != (test.wantErr == "") {
			t.Errorf("%+v: %q, %q, %v", test.call, out.String(), said, err)
		}
	}
}

func TestEvents(t *testing.T) {
	addr := serve(t)
	e := Events{Target: Target{Addr: addr}, Schema: withSchema(t), Patterns: []string{"D*"}, Count: 2}
	var out strings.Builder
	ended := make(chan error, 1)
	var errs, callErrs strings.Builder
	go func() { ended <- e.Run(t.Context(), &out, &errs) }()
	// The server has the connection some time after it was dialled: ping until
	// both events came.
	call := Call{Target: Target{Addr: addr}, Schema: withSchema(t), Command: "ping"}
	for {
		select {
		case err := <-ended:
			if err != nil || strings.Count(out.String(), "\n") != 2 || !strings.HasPrefix(out.String(), `{"event":"DONE","data":{"id":"other"}`) {
				t.Errorf("%v, %s %s", err, out.String(), errs.String())
			}
			return
		default:
		}
		if err := call.Run(t.Context(), &strings.Builder{}, &callErrs); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTargetCheck(t *testing.T) {
	for _, test := range []struct {
		target Target
		want   string
	}{
		{Target{Addr: "unix:/x"}, ""},
		{Target{Addr: "tcp:h:1"}, ""},
		{Target{Addr: "tls:h:1", CA: "x"}, ""},
		{Target{Addr: "tls:h"}, "want tls:HOST:PORT"},
		{Target{Addr: "tls:h:"}, "the port is empty"},
		{Target{Addr: "unix:/x", CA: "x"}, "need an address tls:HOST:PORT"},
		{Target{Addr: "tls:h:1", Cert: "x"}, "need each other"},
		{Target{Addr: "exec:nc -U 'a b'"}, ""},
		{Target{Addr: "exec: "}, "the command is empty"},
		{Target{Addr: "exec:'a"}, "a quote is not closed"},
		{Target{Addr: "nope"}, "want unix:PATH"},
	} {
		err := test.target.Check()
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%+v: %v", test.target, err)
		}
	}
}
