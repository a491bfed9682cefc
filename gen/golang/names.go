package golang

import (
	"go/token"
	"path"
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

// exported returns camel's name, made an exported identifier if it is none yet:
// "2nd" becomes X2nd.
func exported(name string) string {
	if s := camel(name); token.IsExported(s) {
		return s
	} else {
		return "X" + s
	}
}

// typeName returns the Go name of a type: its own if that can be one. The names
// of implicit types are made readable: "q_obj_int-wrapper" becomes IntWrapper.
func typeName(name string) string {
	if token.IsIdentifier(name) && token.IsExported(name) {
		return name
	}
	return exported(strings.TrimPrefix(name, "q_obj_"))
}

// eventName returns the Go name of an event: "BLOCK_JOB_READY" becomes
// BlockJobReadyEvent.
func eventName(name string) string { return exported(strings.ToLower(name)) + "Event" }

// argsName returns the name of a command's own argument type.
func argsName(method string) string { return method + "Args" }

// fileName returns the name of the Go file for a schema module: "a/b_c.json"
// becomes "a-b-c.go". There is no '_' in it, since Go takes file names such as
// x_linux.go and x_test.go as conditions, and no leading '.', since it ignores
// such files.
func fileName(module string) string {
	name := path.Clean(strings.ReplaceAll(module, `\`, "/"))
	for strings.HasPrefix(name, "../") {
		name = strings.TrimPrefix(name, "../")
	}
	name = strings.TrimSuffix(name, ".json")
	name = strings.Map(func(r rune) rune {
		if r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '-'
	}, name)
	if name = strings.TrimLeft(name, "-."); name == "" {
		name = "schema"
	}
	return name + ".go"
}
