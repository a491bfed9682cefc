package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// helpSchema defines what the examples of help mention.
const helpSchema = `{ 'pragma': { 'command-returns-exceptions': [ 'query-qmp-schema' ], 'command-name-exceptions': [ 'device_del' ] } }
{ 'command': 'query-qmp-schema', 'returns': [ 'any' ] }
{ 'enum': 'RunState', 'data': [ 'running', 'paused' ] }
{ 'struct': 'StatusInfo', 'data': { 'status': 'RunState' } }
{ 'command': 'query-status', 'returns': 'StatusInfo' }
{ 'struct': 'File', 'data': { 'filename': 'str' } }
{ 'struct': 'Qcow2', 'data': { 'file': 'BlockdevOptions' } }
{ 'enum': 'Driver', 'data': [ 'file', 'qcow2' ] }
{ 'union': 'BlockdevOptions', 'base': { 'driver': 'Driver', '*node-name': 'str' },
  'discriminator': 'driver', 'data': { 'file': 'File', 'qcow2': 'Qcow2' } }
{ 'command': 'blockdev-add', 'data': 'BlockdevOptions', 'boxed': true }
{ 'command': 'device_del', 'data': { 'id': 'str' } }
{ 'event': 'DEVICE_DELETED', 'data': { 'device': 'str' } }
{ 'event': 'SHUTDOWN', 'data': { 'guest': 'bool' } }
`

// helpScenario has the server of the examples send the event that one of them waits for.
const helpScenario = `rules: [ { command: device_del, return: {}, after: [ { event: DEVICE_DELETED, data: { device: disk0 } } ] } ]
`

// helpRecording is the recording of the examples.
const helpRecording = `{"time":"2026-01-01T00:00:00.000000Z","connection":1,"from":"server","message":{"QMP":{"version":{"qemu":{"micro":0,"minor":0,"major":10},"package":""},"capabilities":["oob"]}}}
{"time":"2026-01-01T00:00:01.000000Z","connection":1,"from":"client","message":{"execute":"query-status"}}
{"time":"2026-01-01T00:00:01.000000Z","connection":1,"from":"server","message":{"return":{"status":"running"}}}
`

// notRun matches examples whose arguments are only checked, and says why.
var notRun = regexp.MustCompile(`^qapi-go (` +
	`(serve|record|events) .*` + // they run until they are interrupted
	`|replay .*--listen .*` + // likewise
	`|upgrade .*` + // it needs a project that compiles: upgrade_test.go
	`|.* --agent /run/vm.qga.*` + // an agent: console_test.go
	`)$`)

// TestHelpExamples runs the examples in the help of each command, in a folder that has the
// schemas that they name, beside a server.
func TestHelpExamples(t *testing.T) {
	git := live.Program(t, "git")
	live.Program(t, "xz")
	schema := "qapi/qapi-schema.json"
	files := map[string]string{
		schema: helpSchema, "qapi/block.json": "{ 'command': 'stop' }\n", "qemu/" + schema: helpSchema, "qemu/qga/qapi-schema.json": helpSchema,
		"qga/qapi-schema.json": helpSchema, "commands.txt": "query-status\n", "vm.jsonl": helpRecording, "scenario.yaml": helpScenario,
		"qapi.yaml": "version: 1\nschema: " + schema + "\ngenerate: [ { out: again } ]\ndocs: [ { out: doc } ]\n",
	}
	for _, release := range []string{"7.2.0", "9.2.0", "10.2.0"} {
		files[release+"/"+schema], files["releases/"+release+"/"+schema] = helpSchema, helpSchema
	}
	write(t, files)
	for _, words := range []string{
		"-C qemu init -q", "-C qemu add .", "-C qemu -c user.name=x -c user.email=x@x commit -qm x", "-C qemu tag v10.0.0", "-C qemu tag v11.0.0",
	} {
		if out, err := exec.Command(git, strings.Fields(words)...).CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", words, err, out)
		}
	}
	if out, err := exec.Command("tar", "-cJf", "qemu-10.0.0.tar.xz", "--exclude=.git", "--transform=s,^qemu,qemu-10.0.0,", "qemu").CombinedOutput(); err != nil {
		t.Fatalf("tar: %v\n%s", err, out)
	}
	socket := serveScenario(t, helpSchema, helpScenario)
	ran := 0
	for _, cmd := range newRoot().Commands() {
		for _, example := range examplesOf(cmd) {
			t.Run(example, func(t *testing.T) {
				line, input, _ := strings.Cut(example, " < ")
				line, _, _ = strings.Cut(line, " > ")
				args := strings.Fields(strings.ReplaceAll(line, "'", ""))[1:]
				if notRun.MatchString(example) || strings.Contains(example, "fpath") {
					checkArguments(t, cmd, args[1:])
					return
				}
				if cmd.Name() == "init" {
					if err := os.Rename("qapi.yaml", "kept.yaml"); err != nil {
						t.Fatal(err)
					}
					defer os.Rename("kept.yaml", "qapi.yaml")
				}
				args = expand(t, strings.ReplaceAll(strings.Join(args, "\n"), "/run/vm.qmp", socket))
				text := ""
				if input != "" {
					text = files[input]
					if input == "draft.json" {
						text = helpSchema
					}
				}
				var stdout, stderr strings.Builder
				if status := run(args, strings.NewReader(text), &stdout, &stderr); status == exitFailed {
					t.Errorf("status %d\n%s", status, stderr.String())
				}
				ran++
			})
		}
	}
	if ran < 35 {
		t.Errorf("only %d examples were run", ran)
	}
}

// examplesOf returns the command lines in the examples of a command, each in one line.
func examplesOf(cmd *cobra.Command) []string {
	var all []string
	text := strings.ReplaceAll(cmd.Example, "\\\n", " ")
	for line := range strings.Lines(text) {
		i := strings.Index(line, "qapi-go ")
		if i < 0 {
			continue
		}
		line = strings.Join(strings.Fields(line[i:]), " ")
		line, _, _ = strings.Cut(line, " | ")
		all = append(all, strings.TrimSuffix(line, ")"))
	}
	return all
}

// expand returns words, a line each, with names of files for patterns of names of schema files.
func expand(t *testing.T, lines string) []string {
	t.Helper()
	var words []string
	for _, word := range strings.Split(lines, "\n") {
		if !strings.HasSuffix(word, "*.json") {
			words = append(words, word)
			continue
		}
		names, err := filepath.Glob(word)
		if err != nil || names == nil {
			t.Fatalf("%s: no such file: %v", word, err)
		}
		words = append(words, names...)
	}
	return words
}

// checkArguments checks that a command takes flags and arguments, without running it.
func checkArguments(t *testing.T, cmd *cobra.Command, args []string) {
	t.Helper()
	if err := cmd.ParseFlags(args); err != nil {
		t.Error(err)
	}
	if err := cmd.ValidateArgs(cmd.Flags().Args()); err != nil {
		t.Error(err)
	}
}

// TestHelpParts checks that the help of each command has a description that fits on a
// terminal, the exit status, and up to four examples.
func TestHelpParts(t *testing.T) {
	for _, cmd := range newRoot().Commands() {
		if !cmd.IsAvailableCommand() || cmd.Name() == "help" {
			continue
		}
		text := strings.Split(cmd.Long, "\n")
		if !strings.HasPrefix(cmd.Long, cmd.Name()+" ") {
			t.Errorf("%s: the description begins with %q", cmd.Name(), text[0])
		}
		if last := text[max(0, len(text)-2)] + "\n" + text[len(text)-1]; !strings.Contains(last, "Exit status: 0 ") || !strings.Contains(last, "; 2") {
			t.Errorf("%s: the description does not end with the exit status", cmd.Name())
		}
		for _, line := range append(text, cmd.Short) {
			if n := len([]rune(line)); n > 88 {
				t.Errorf("%s: a line of %d columns: %s", cmd.Name(), n, line)
			}
		}
		if n := len(examplesOf(cmd)); n < 2 || n > 4 {
			t.Errorf("%s: %d examples", cmd.Name(), n)
		}
	}
}

// TestHelpStatus checks the exit status that help promises for servers that are interrupted.
func TestHelpStatus(t *testing.T) {
	files := map[string]string{"a.json": helpSchema, "vm.jsonl": helpRecording}
	for _, args := range [][]string{
		{"serve", "--schema", "a.json", "--listen", "./s.qmp"},
		{"replay", "vm.jsonl", "--listen", "./r.qmp"},
	} {
		write(t, files)
		cmd := program(t, args...)
		stderr, err := cmd.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		stderr.Read(make([]byte, 1)) // it listens
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			cmd.Process.Kill()
			cmd.Wait()
			live.Missing(t, "no interrupts here: %v", err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: %v", args, err)
		}
	}
}
