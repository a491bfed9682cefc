package source

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"regexp"
	"sync"
)

// maxIntrospection is the size that a saved answer to query-qmp-schema may have, in bytes: that
// of QEMU 10.2 has 250 KB.
const maxIntrospection = 64 << 20

// introspectionStart matches how a saved answer to query-qmp-schema begins, as an array or as
// a whole reply. No schema begins so: its strings have single quotes.
var introspectionStart = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*(\[\s*\{\s*"|\{\s*"return"\s*:\s*\[)`)
})

// Introspection returns the array of a file with a saved answer to query-qmp-schema, or false
// if spec is not such a file.
func Introspection(spec string) (text []byte, ok bool) {
	if info, err := os.Stat(spec); err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	f, err := os.Open(spec)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	start := make([]byte, 512)
	n, _ := io.ReadFull(f, start)
	first := bytes.TrimLeft(start[:n], "\t\n\f\r ")
	if len(first) == 0 || first[0] != '[' && first[0] != '{' || !introspectionStart().Match(first) {
		return nil, false
	}
	rest, err := io.ReadAll(io.LimitReader(f, maxIntrospection))
	if err != nil {
		return nil, false
	}
	text = append(start[:n], rest...)
	var reply struct{ Return json.RawMessage }
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) && json.Unmarshal(text, &reply) == nil {
		text = reply.Return
	}
	return text, true
}
