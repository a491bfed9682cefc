package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// FuzzDecode decodes any text into generated types of every kind: what is
// accepted is JSON, and what is encoded from it decodes to the same again.
func FuzzDecode(f *testing.F) {
	p := find(f, "cases")
	for _, c := range append(peerCases, clauseCases...) {
		f.Add([]byte(c.in))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for name, v := range p.types {
			for _, mode := range []wire.Mode{wire.Strict, wire.Tolerant} {
				v := fresh(v)
				err := wire.Decode(data, v, mode)
				if e := (*wire.Error)(nil); err != nil && !errors.As(err, &e) {
					t.Fatalf("%s: %v is no *wire.Error", name, err)
				}
				if err != nil {
					continue
				}
				if !json.Valid(data) {
					t.Fatalf("%s: %q is accepted", name, data)
				}
				text, err := wire.Append(nil, v, mode)
				if err != nil {
					if mode == wire.Tolerant {
						continue // a mandatory alternate was missing
					}
					t.Fatalf("%s: %q cannot be encoded: %v", name, data, err)
				}
				again := fresh(v)
				if err := wire.Decode(text, again, mode); err != nil {
					t.Fatalf("%s: %q becomes %q: %v", name, data, text, err)
				}
				if second, err := wire.Append(nil, again, mode); err != nil || !bytes.Equal(text, second) {
					t.Fatalf("%s: %q becomes %q and then %q, %v", name, data, text, second, err)
				}
			}
		}
	})
}
