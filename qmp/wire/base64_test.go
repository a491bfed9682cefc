package wire

import (
	"bytes"
	"encoding/base64"
	"testing"
)

// FuzzBase64 compares encoding and decoding with encoding/base64.
func FuzzBase64(f *testing.F) {
	for _, s := range []string{"", "f", "fo", "foo", "foobar", "Zg==", "Zm8=", "Zm9v", "Zm9v\r\n", "Z", "Zg", "Zg=", "Zg==Zg==",
		"Z===", "=", "====", "Zh==", "Zm9v=", "Zg=A", "Zg==\n", "Zg= =", "Zm-_", "Zm9vYg"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := base64.StdEncoding.EncodeToString([]byte(s))
		if got := string(appendBase64(nil, []byte(s))); got != want {
			t.Errorf("%q is encoded as %q, want %q", s, got, want)
		}
		data, err := base64.StdEncoding.DecodeString(s)
		if got, ok := parseBase64(s); ok != (err == nil) || ok && !bytes.Equal(got, data) {
			t.Errorf("%q is decoded as %q, %v; want %q, %v", s, got, ok, data, err)
		}
	})
}
