package docs_test

import (
	"bytes"
	"fmt"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/gen/docs"
)

// The commands of a schema as plain text.
func ExampleText() {
	schema := fstest.MapFS{"lamp.json": {Data: []byte(`
##
# @lamp-on:
#
# Turn a lamp on.
#
# @id: name of the lamp
#
# Since: 1.0
##
{ 'command': 'lamp-on', 'data': { 'id': 'str' } }
`)}}
	s, diags := qapigo.Load(schema, "lamp.json", qapigo.Options{})
	if diags.HasErrors() {
		panic(diags)
	}
	files, err := docs.Text(s, docs.Options{Title: "Lamps"})
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		fmt.Println(f.Path)
	}
	_, entry, _ := bytes.Cut(files[0].Data, []byte("lamp-on\n"))
	fmt.Printf("lamp-on\n%s", entry)
	// Output:
	// qmp-commands.txt
	// qmp-events.txt
	// lamp-on
	// -------
	//
	// Turn a lamp on.
	//
	// Since: 1.0
	//
	// Arguments:
	//
	// - "id": name of the lamp (json-string)
	//
	// Returns: (json-object, empty)
	//
	// Example: (made from the types)
	//
	// -> { "execute": "lamp-on", "arguments": { "id": "id0" } }
	// <- { "return": {} }
}

// Of several releases, each has a folder, and each description says what changed when.
func ExampleReleases() {
	var releases []docs.Release
	for _, r := range []struct{ name, text string }{
		{"1.0.0", "{ 'command': 'dim', 'data': { 'percent': 'int' } }"},
		{"1.1.0", "{ 'command': 'dim', 'data': { 'percent': 'int', '*seconds': 'int' } }"},
	} {
		s, diags := qapigo.Load(fstest.MapFS{"lamp.json": {Data: []byte(r.text)}}, "lamp.json", qapigo.Options{})
		if diags.HasErrors() {
			panic(diags)
		}
		releases = append(releases, docs.Release{Name: r.name, Schema: s})
	}
	files, err := docs.Releases(releases, docs.Options{Formats: []docs.Format{docs.PlainText}})
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		fmt.Println(f.Path)
		for line := range bytes.Lines(f.Data) {
			if bytes.HasPrefix(line, []byte(`- "seconds":`)) {
				fmt.Printf("%s", line)
			}
		}
	}
	// Output:
	// 1.0.0/qmp-commands.txt
	// 1.0.0/qmp-events.txt
	// 1.1.0/qmp-commands.txt
	// - "seconds": (json-int, optional, added in 1.1.0)
	// 1.1.0/qmp-events.txt
}
