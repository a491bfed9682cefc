package main

import (
	"bytes"
	"encoding/json"

	"github.com/qapi-go/qapi-go/gen/golang"
	"github.com/qapi-go/qapi-go/internal/introspect"
	"github.com/qapi-go/qapi-go/ir"
)

// introspection returns what a server for the schema answers to
// query-qmp-schema, an entry a line, or nothing if it does not have that.
func introspection(s *ir.Schema, parts golang.Parts) (string, error) {
	if parts&golang.Server == 0 || !golang.HasIntrospection(s) {
		return "", nil
	}
	var pretty bytes.Buffer
	if err := introspect.Write(&pretty, s); err != nil {
		return "", err
	}
	var entries []json.RawMessage
	if err := json.Unmarshal(pretty.Bytes(), &entries); err != nil {
		return "", err
	}
	out := bytes.NewBufferString("[")
	for i, entry := range entries {
		if i > 0 {
			out.WriteString(",\n")
		}
		if err := json.Compact(out, entry); err != nil {
			return "", err
		}
	}
	out.WriteString("]")
	return out.String(), nil
}
