package qmp_test

import (
	"errors"
	"testing"

	vm "github.com/qapi-go/qapi-go/golden/vm/go"
	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

func TestDecodeStrict(t *testing.T) {
	tests := []struct{ text, err, path string }{
		{`{"driver": "overlay", "name": "a", "filename": "/a"}`, "", ""},
		{"{\"driver\": \"overlay\",\n \"name\": \"a\", \"filename\": \"/a\",\n \"bakcing\": null}", "line 3: bakcing: member is not in the schema", "bakcing"},
		{"{\"driver\": \"overlay\", \"name\": \"a\", \"filename\": \"/a\", \"backing\":\n{\"driver\": \"overlay\", \"name\": \"b\", \"filenam\": \"/b\"}}",
			"line 2: backing.filenam: member is not in the schema", "backing.filenam"},
		{`{"driver": "ovrlay", "name": "a"}`, `line 1: driver: unknown value "ovrlay"`, "driver"},
		{`{`, "line 1: unexpected end of input", ""},
	}
	for _, test := range tests {
		var disk vm.DiskOptions
		err := qmp.DecodeStrict([]byte(test.text), &disk)
		if test.err == "" {
			if err != nil || disk.Name != "a" {
				t.Errorf("%s: %+v, %v", test.text, disk, err)
			}
			continue
		}
		var e *wire.Error
		if !errors.As(err, &e) || err.Error() != test.err || e.Path != test.path {
			t.Errorf("%s: %v, want %s", test.text, err, test.err)
		}
	}
}
