// Package names says what the things of a schema are called in Go: in the
// package that is generated, and where documentation speaks of that. A name
// depends on the QAPI name only. That two things may get the same, and that a
// user may rename one, is for the generator to deal with.
package names

import (
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"
)

// initialisms are the words that are written in capitals: the default list of
// staticcheck's ST1003.
var initialisms = map[string]bool{
	"ACL": true, "API": true, "ASCII": true, "CPU": true, "CSS": true, "DNS": true,
	"EOF": true, "GUID": true, "HTML": true, "HTTP": true, "HTTPS": true, "ID": true,
	"IP": true, "JSON": true, "QPS": true, "RAM": true, "RPC": true, "SLA": true,
	"SMTP": true, "SQL": true, "SSH": true, "TCP": true, "TLS": true, "TTL": true,
	"UDP": true, "UI": true, "GID": true, "UID": true, "UUID": true, "URI": true,
	"URL": true, "UTF8": true, "VM": true, "XML": true, "XMPP": true, "XSRF": true,
	"XSS": true, "SIP": true, "RTP": true, "AMQP": true, "DB": true, "TS": true,
}

// camel returns the words of a QAPI name, each capitalised, as one: "node-name"
// becomes NodeName and "x_cpu.id" XCPUID. What may not stand in a Go identifier
// ends a word, as '-', '_' and '.' do.
func camel(name string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if upper := strings.ToUpper(word); initialisms[upper] {
			b.WriteString(upper)
			continue
		}
		r, size := utf8.DecodeRuneInString(word)
		b.WriteRune(unicode.ToUpper(r))
		b.WriteString(word[size:])
	}
	return b.String()
}

// Negotiation is the command that opens a session of QMP. It has no method in Go,
// since the runtime sends and answers it.
const Negotiation = "qmp_capabilities"

// Member returns the Go name of a member, or of the branch of an alternate. It
// is an exported identifier: "2nd" becomes X2nd.
func Member(name string) string { return exported(name) }

// Command returns the name of the method that runs a command.
func Command(name string) string { return exported(name) }

// exported returns camel's name, made an exported identifier if it is none yet.
func exported(name string) string {
	if s := camel(name); token.IsExported(s) {
		return s
	} else {
		return "X" + s
	}
}

// Type returns the Go name of a type: its own if that can be one. The names
// of implicit types are made readable: "q_obj_int-wrapper" becomes IntWrapper.
func Type(name string) string {
	if token.IsIdentifier(name) && token.IsExported(name) {
		return name
	}
	return exported(strings.TrimPrefix(name, "q_obj_"))
}

// Event returns the Go name of an event: "BLOCK_JOB_READY" becomes
// BlockJobReadyEvent.
func Event(name string) string { return exported(strings.ToLower(name)) + "Event" }

// Args returns the name of a command's own argument type by that of its method.
func Args(method string) string { return method + "Args" }

// Branch returns the name of the interface of a union's branches by the Go name
// of the union.
func Branch(union string) string { return union + "Branch" }

// Value returns the name of the constant for a value of an enum by the Go name of
// that.
func Value(enum, value string) string { return enum + camel(value) }
