package wire_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// TestInputNotKept checks that decoded values do not share memory with the input, which a client
// overwrites with its next message.
func TestInputNotKept(t *testing.T) {
	tests := []struct {
		json string
		zero any
	}{
		{`{"driver":"new","node-name":"n","x":{"a":[1,"text"]},"y":"text"}`, Node{}},
		{`{"driver":"file","filename":"/some/file","size":7}`, Node{}},
		{`{"driver":"d","id":"i","extra":"text","number":1.50,"object":{"name":["text",12]}}`, DeviceAddArgs{}},
		{`{"must":{"name":"text"},"may":123456,"list":["text",{"name":1}]}`, Anything{}},
		{`{"name":"root","children":[{"name":"leaf"}],"raw":{"a":"text"}}`, Tree{}},
		{`"reference"`, NodeRef{}},
		{`["some","text","\u0061"]`, []string{}},
		{`{"Plain":"text","Number":12.5,"Raw":{"a":"text"},"Any":{"name":"text"},"Map":{"name":1},"Keys":{"L1":"text"},"Bytes":"AQID","Loud":"text"}`, everything{}},
		{`{"name":{"nested":"text"}}`, map[string]map[string]string{}},
	}
	for _, test := range tests {
		for _, padding := range []string{"", strings.Repeat(" ", 1000)} { // strings in long messages share memory
			data := []byte(test.json + padding)
			got, want := reflect.New(reflect.TypeOf(test.zero)), reflect.New(reflect.TypeOf(test.zero))
			err, wantErr := wire.Decode(data, got.Interface(), wire.Tolerant), wire.Decode(slices.Clone(data), want.Interface(), wire.Tolerant)
			if err != nil || wantErr != nil {
				t.Fatalf("%s: %v, %v", test.json, err, wantErr)
			}
			for k := range data {
				data[k] = '#'
			}
			if !reflect.DeepEqual(got.Interface(), want.Interface()) {
				t.Errorf("%s has become %+v", test.json, got.Elem())
			}
		}
	}
}
