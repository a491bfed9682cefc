package console

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/qapi-go/qapi-go/internal/introspect"
)

// TestReadIntrospection checks what is read of one command against the whole.
func TestReadIntrospection(t *testing.T) {
	var text bytes.Buffer
	if err := introspect.Write(&text, loadSchema(t).ir); err != nil {
		t.Fatal(err)
	}
	whole, err := ReadIntrospection(text.Bytes(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(whole.names) != 5 {
		t.Errorf("commands %v", whole.names)
	}
	for _, name := range whole.names {
		part, err := ReadIntrospection(text.Bytes(), []string{name})
		if err != nil {
			t.Fatal(name, err)
		}
		if len(part.names) != 1 || !reflect.DeepEqual(part.commands[name], whole.commands[name]) {
			t.Errorf("%s: %+v, in the whole %+v", name, part.commands[name], whole.commands[name])
		}
	}
	if both, err := ReadIntrospection(text.Bytes(), []string{"ping", "DONE", "DONE"}); err != nil || len(both.names) != 1 || len(both.eventNames) != 1 {
		t.Errorf("a command and an event: %v", err)
	}
	if all, err := ReadIntrospection(text.Bytes(), []string{"ping", "nope"}); err != nil || len(all.names) != len(whole.names) {
		t.Errorf("of no command: %v", err)
	}
	if _, err := ReadIntrospection([]byte(`[{"name": "x", "meta-type": "command", "arg-type": "1"}]`), []string{"x"}); err == nil {
		t.Error("a type that is not there is no error")
	}
}

// FuzzReadIntrospection checks that no answer stops the program.
func FuzzReadIntrospection(f *testing.F) {
	f.Add([]byte(`[{"name": "x", "meta-type": "command", "arg-type": "0", "ret-type": "0"}, {"name": "0", "meta-type": "object", "members": []}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		ReadIntrospection(text, []string{"x"})
	})
}
