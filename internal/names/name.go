package names

import (
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/qapi-go/qapi-go/ir"
)

// isInitialism reports whether a word is written in capitals: the default list of
// staticcheck's ST1003.
func isInitialism(upper string) bool {
	switch upper {
	case "ACL", "API", "ASCII", "CPU", "CSS", "DNS", "EOF", "GUID", "HTML", "HTTP", "HTTPS",
		"ID", "IP", "JSON", "QPS", "RAM", "RPC", "SLA", "SMTP", "SQL", "SSH", "TCP", "TLS",
		"TTL", "UDP", "UI", "GID", "UID", "UUID", "URI", "URL", "UTF8", "VM", "XML", "XMPP",
		"XSRF", "XSS", "SIP", "RTP", "AMQP", "DB", "TS":
		return true
	}
	return false
}

// camel joins the words of a QAPI name, each capitalized: "node-name" becomes NodeName and
// "x_cpu.id" becomes XCPUID. Words end at '-', '_', '.' and any other character that is invalid
// in Go identifiers.
func camel(name string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if upper := strings.ToUpper(word); isInitialism(upper) {
			b.WriteString(upper)
			continue
		}
		r, size := utf8.DecodeRuneInString(word)
		b.WriteRune(unicode.ToUpper(r))
		b.WriteString(word[size:])
	}
	return b.String()
}

// Negotiation is the command that opens a QMP session. It has no method in Go, since the
// runtime sends and answers it.
const Negotiation = "qmp_capabilities"

// Member returns the Go name of a member. It is always exported: "2nd" becomes X2nd.
func Member(name string) string { return exported(name) }

// AltBranch returns the name of the field for a branch of an alternate.
func AltBranch(b *ir.AltBranch) string {
	if ir.JSONKindOf(b.Type) == ir.JSONNull {
		return "Null"
	}
	return exported(b.Name)
}

// Command returns the name of the method that runs a command.
func Command(name string) string { return exported(name) }

// exported returns the camel-case name, prefixed with "X" if it would not be exported.
func exported(name string) string {
	if s := camel(name); token.IsExported(s) {
		return s
	} else {
		return "X" + s
	}
}

// Type returns the Go name of a type: its own name if that is an exported identifier. The names
// of implicit types become readable: "q_obj_int-wrapper" becomes IntWrapper.
func Type(name string) string {
	if token.IsIdentifier(name) && token.IsExported(name) {
		return name
	}
	return exported(strings.TrimPrefix(name, "q_obj_"))
}

// Event returns the Go name of an event: "BLOCK_JOB_READY" becomes BlockJobReadyEvent.
func Event(name string) string { return exported(strings.ToLower(name)) + "Event" }

// OwnArgs reports whether the arguments of a command, which must have some, have their own Go
// type rather than that of a schema type.
func OwnArgs(c *ir.Command) bool { return !c.Gen || c.Arg.Head().Implicit }

// Args returns the name of the argument type of the given method.
func Args(method string) string { return method + "Args" }

// Branch returns the name of the branch interface of the given union, both in Go.
func Branch(union string) string { return union + "Branch" }

// UnionOf returns the Go name of the union with the given branch interface. It returns false if
// the name is not that of a branch interface.
func UnionOf(branch string) (string, bool) { return strings.CutSuffix(branch, "Branch") }

// Value returns the name of the constant for a value of the given enum, both in Go.
func Value(enum, value string) string { return enum + camel(value) }

// GoType returns the Go type of a QAPI type. The function named returns that of an enum,
// struct, union or alternate. The type of null is qmp.Null.
func GoType(t ir.Type, named func(ir.Type) string) string {
	switch t := t.(type) {
	case *ir.Array:
		return "[]" + GoType(t.Elem, named)
	case *ir.Builtin:
		switch {
		case t.JSON == ir.JSONValue:
			return "any" // has other names up to QEMU 2.4
		case t.JSON == ir.JSONNull:
			return "qmp.Null"
		case t.Name == "str":
			return "string"
		case t.Name == "number":
			return "float64"
		case t.Name == "int":
			return "int64"
		case t.Name == "size":
			return "uint64"
		}
		return t.Name // bool, int8 … uint64 have the same name in Go
	}
	return named(t)
}
