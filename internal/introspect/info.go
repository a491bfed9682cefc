package introspect

import (
	"encoding/json"

	"github.com/qapi-go/qapi-go/ir"
)

// A schemaInfo is a SchemaInfo of QEMU's qapi/introspect.json, an element of what
// query-qmp-schema returns. Which fields are set depends on MetaType.
type schemaInfo struct {
	Name        string        `json:"name"`
	MetaType    string        `json:"meta-type"`
	JSONType    ir.JSONKind   `json:"json-type,omitzero"`
	ElementType string        `json:"element-type,omitzero"`
	Members     []infoMember  `json:"members,omitzero"`
	Values      []string      `json:"values,omitzero"`
	Tag         string        `json:"tag,omitzero"`
	Variants    []infoVariant `json:"variants,omitzero"`
	ArgType     string        `json:"arg-type,omitzero"`
	RetType     string        `json:"ret-type,omitzero"`
	AllowOOB    *bool         `json:"allow-oob,omitzero"` // absent means false
	Features    []string      `json:"features,omitzero"`
}

// An infoMember is a member of an object, a value of an enum or a branch of an
// alternate. Default is null for optional members, absent for others.
type infoMember struct {
	Name     string          `json:"name,omitzero"`
	Type     string          `json:"type,omitzero"`
	Default  json.RawMessage `json:"default,omitzero"`
	Features []string        `json:"features,omitzero"`
}

// An infoVariant is the branch of an object for a value of its tag.
type infoVariant struct {
	Case string `json:"case"`
	Type string `json:"type"`
}
