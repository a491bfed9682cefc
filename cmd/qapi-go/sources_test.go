package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestSources runs each command that reads a schema with each kind of source: it works, or its
// message says what to do instead.
func TestSources(t *testing.T) {
	const schema = "##\n# @query-load:\n#\n# Return the load.\n##\n{ 'command': 'query-load', 'returns': 'LoadInfo' }\n\n" +
		"##\n# @LoadInfo:\n#\n# The load.\n#\n# @load: in percent\n##\n{ 'struct': 'LoadInfo', 'data': { 'load': 'int' } }\n\n" +
		"##\n# @query-qmp-schema:\n#\n# Return this.\n##\n{ 'command': 'query-qmp-schema', 'returns': ['any'] }\n"
	const pragma = "{ 'pragma': { 'command-returns-exceptions': [ 'query-qmp-schema' ] } }\n"
	socket := serveSchema(t, pragma+schema)
	write(t, map[string]string{
		"tree/qapi/qapi-schema.json": pragma + "{ 'include': 'load.json' }\n", "tree/qapi/load.json": schema,
		"two/qapi/qapi-schema.json": pragma + schema, "two/qga/qapi-schema.json": pragma + schema,
	})
	saved := runArgs("inspect", "tree", "--format", "introspection").stdout
	for name, text := range map[string]string{"saved.json": saved, "reply.json": `{"return": ` + saved + `, "id": 1}`} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range []string{
		"tar -czf one.tar.gz tree", "tar -czf two.tar.gz two",
		"git -C two init -q", "git -C two add .", "git -C two -c user.name=a -c user.email=a@example.org commit -qm a",
	} {
		args := strings.Fields(args)
		if out, err := exec.CommandContext(t.Context(), args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	if got := runArgs("vendor", "--from", "one.tar.gz:qapi/qapi-schema.json", "--into", "vendored"); got.status != 0 {
		t.Fatal(got.stderr)
	}

	const (
		unclear    = "which schema? This"
		noFiles    = "copies them out of an archive or a git revision"
		noText     = "is a server: it has introspection, but no schema text"
		savedReply = "is an answer to query-qmp-schema, not schema text"
	)
	sources := []struct {
		name string
		// What commands say that need text, that take introspection, too, and that need files;
		// "" if they take the source.
		text, any, files string
	}{
		{"tree/qapi/qapi-schema.json", "", "", ""},
		{"tree", "", "", ""},
		{"one.tar.gz", unclear, unclear, noFiles},
		{"one.tar.gz:qapi/qapi-schema.json", "", "", noFiles},
		{"one.tar.gz:tree/qapi/qapi-schema.json", "", "", noFiles},
		{"two.tar.gz", unclear, unclear, noFiles},
		{"git:two@HEAD", unclear, unclear, noFiles},
		{"git:two@HEAD:qga/qapi-schema.json", "", "", noFiles},
		{"qmp:unix:" + socket, noText, "", "is a server, and has no files"},
		{socket, noText, "", "is a server, and has no files"},
		{"saved.json", savedReply, "", savedReply},
		{"reply.json", savedReply, "", savedReply},
		{"vendored", "", "", ""},
		{"vendored/qapi-go.manifest.json", "", "", ""},
		{"./none", "No such file", "No such file", "no such file"},
	}
	commands := []struct {
		needs, args string
		refused     string // what a command that takes the source says of something else
	}{
		{"any", "check SOURCE", ""},
		{"any", "inspect SOURCE", ""},
		{"any", "inspect SOURCE query-load", ""},
		{"any", "inspect SOURCE query-load --format introspection", ""},
		{"any", "diff SOURCE tree", ""},
		{"any", "diff tree SOURCE", ""},
		{"any", "call " + socket + " query-load --schema SOURCE", ""},
		{"any", "shell " + socket + " --schema SOURCE", ""},
		{"any", "serve --schema SOURCE --listen unix:x.qmp --scenario no.yaml", "no.yaml: no such file"},
		{"text", "generate --schema SOURCE --out go", ""},
		{"text", "docs --schema SOURCE --out docs --format text", ""},
		{"text", "lint --use NAME_CASE SOURCE", ""},
		{"text", "vendor --from SOURCE --into copy", ""},
		{"files", "fmt SOURCE", ""},
		{"files", "fmt -d SOURCE", ""},
	}
	for _, c := range commands {
		for _, s := range sources {
			if err := os.RemoveAll("copy"); err != nil {
				t.Fatal(err)
			}
			want := map[string]string{"text": s.text, "any": s.any, "files": s.files}[c.needs]
			if want == "" {
				want = c.refused
			}
			args := strings.ReplaceAll(c.args, "SOURCE", s.name)
			got := runArgs(strings.Fields(args)...)
			if want == "" && got.status != 0 || want != "" && (got.status != 2 || !strings.Contains(got.stderr, want)) {
				t.Errorf("%s: status %d, want %q\n%s%s", args, got.status, want, got.stdout, got.stderr)
			}
		}
	}
}
