package qmp_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	vm "github.com/qapi-go/qapi-go/golden/vm/go"
	"github.com/qapi-go/qapi-go/qmp"
)

// Optional members and branches are pointers. Format prints the values that they point to.
func ExampleFormat() {
	readOnly := true
	disk := vm.DiskOptions{
		Driver: vm.DiskDriverFile, Name: "root", ReadOnly: &readOnly,
		Branch: &vm.DiskFileOptions{Filename: "/srv/root.img"},
	}
	fmt.Println(qmp.Format(disk))
	// Output:
	// {
	//   "driver": "file",
	//   "name": "root",
	//   "read-only": true,
	//   "filename": "/srv/root.img"
	// }
}

func TestFormat(t *testing.T) {
	var none *vm.DiskOptions
	for _, test := range []struct {
		value any
		want  string
	}{
		{nil, "null"},
		{none, "nil *qapi.DiskOptions"},
		{ptr(vmStatus), qmp.Format(vmStatus)},
		{[]vm.RunState{vm.RunStateRunning}, "[\n  \"running\"\n]"},
		{uint64(1<<64 - 1), "18446744073709551615"},
		{map[string]any{}, "{}"},
		{map[string]any{"k\"": []any{"a,{\\", true, []any{}}}, "{\n  \"k\\\"\": [\n    \"a,{\\\\\",\n    true,\n    []\n  ]\n}"},
	} {
		if got := qmp.Format(test.value); got != test.want {
			t.Errorf("%T: %s, want %s", test.value, got, test.want)
		}
	}
	// The codec keeps the white space of raw JSON, such as members of an unknown branch.
	raw := struct {
		A json.RawMessage `json:"a"`
	}{json.RawMessage(`{ "b": [ ] , "c" : 1 }`)}
	if got := qmp.Format(&raw); !json.Valid([]byte(got)) {
		t.Errorf("not JSON: %s", got)
	}
	wrong := vm.DiskOptions{Driver: vm.DiskDriverMemory, Branch: &vm.DiskFileOptions{}}
	if got := qmp.Format(&wrong); !strings.Contains(got, "does not go with") {
		t.Errorf("a branch of another value: %s", got)
	}
}
