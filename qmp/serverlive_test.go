//go:build unix

package qmp_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// Argument types common to QEMU 7.2 to 11.1, written for this test.
type (
	resizeArgs struct {
		Device   *string `json:"device,omitzero"`
		NodeName *string `json:"node-name,omitzero"`
		Size     int64   `json:"size"`
	}
	screendumpArgs struct {
		Filename string           `json:"filename"`
		Device   *string          `json:"device,omitzero"`
		Head     *int64           `json:"head,omitzero"`
		Format   *liveImageFormat `json:"format,omitzero"`
	}
	linkArgs struct {
		Name string `json:"name"`
		Up   bool   `json:"up"`
	}
	capabilitiesArgs struct {
		Capabilities []liveCapability `json:"capabilities"`
	}
	liveCapability struct {
		Capability liveCapabilityName `json:"capability"`
		State      bool               `json:"state"`
	}
	sendKeyArgs struct {
		Keys     []liveKey `json:"keys"`
		HoldTime *int64    `json:"hold-time,omitzero"`
	}
	bitmapArgs struct {
		Node        string  `json:"node"`
		Name        string  `json:"name"`
		Granularity *uint32 `json:"granularity,omitzero"`
		Persistent  *bool   `json:"persistent,omitzero"`
		Disabled    *bool   `json:"disabled,omitzero"`
	}
	mergeArgs struct {
		Node    string            `json:"node"`
		Target  string            `json:"target"`
		Bitmaps []liveBitmapOrStr `json:"bitmaps"`
	}
	liveBitmapRef struct {
		Node string `json:"node"`
		Name string `json:"name"`
	}
	latencyArgs struct {
		ID         string    `json:"id"`
		Boundaries *[]uint64 `json:"boundaries,omitzero"`
	}
	qomSetArgs struct {
		Path     string `json:"path"`
		Property string `json:"property"`
		Value    any    `json:"value"`
	}
	yankArgs struct {
		Instances []liveYank `json:"instances"`
	}
	deviceArgs struct {
		ID string `json:"id"`
	}
)

type liveImageFormat string

func (f liveImageFormat) Known() bool { return f == "ppm" || f == "png" }

type liveCapabilityName string

func (c liveCapabilityName) Known() bool { return c == "events" || c == "auto-converge" }

type liveKeyKind string

func (k liveKeyKind) Known() bool { return k == "number" || k == "qcode" }

type liveKeyCode string

func (k liveKeyCode) Known() bool { return k == "a" || k == "b" }

// liveKey is a union whose branches wrap a value.
type liveKey struct {
	Type   liveKeyKind `json:"type"`
	Branch liveKeyData `json:"-"`
}

type liveKeyData interface{ isLiveKeyData() }

type liveKeyNumber struct {
	Data int64 `json:"data"`
}

type liveKeyQCode struct {
	Data liveKeyCode `json:"data"`
}

func (*liveKeyNumber) isLiveKeyData() {}
func (*liveKeyQCode) isLiveKeyData()  {}

var liveKeyUnion = wire.Union{Tag: "type", Branches: []wire.UnionBranch{
	{Value: "number", Type: (*liveKeyNumber)(nil)},
	{Value: "qcode", Type: (*liveKeyQCode)(nil)},
}}

func (*liveKey) WireUnion() *wire.Union { return &liveKeyUnion }

type liveYankKind string

func (k liveYankKind) Known() bool { return k == "block-node" || k == "chardev" || k == "migration" }

type liveYank struct {
	Type   liveYankKind `json:"type"`
	Branch liveYankData `json:"-"`
}

type liveYankData interface{ isLiveYankData() }

type liveYankNode struct {
	NodeName string `json:"node-name"`
}

type liveYankChardev struct {
	ID string `json:"id"`
}

func (*liveYankNode) isLiveYankData()    {}
func (*liveYankChardev) isLiveYankData() {}

var liveYankUnion = wire.Union{Tag: "type", Branches: []wire.UnionBranch{
	{Value: "block-node", Type: (*liveYankNode)(nil)},
	{Value: "chardev", Type: (*liveYankChardev)(nil)},
	{Value: "migration"},
}}

func (*liveYank) WireUnion() *wire.Union { return &liveYankUnion }

// BlockDirtyBitmapOrStr is an alternate, whose name QEMU reports.
type BlockDirtyBitmapOrStr struct {
	Local    *string        `json:"-"`
	External *liveBitmapRef `json:"-"`
}

func (*BlockDirtyBitmapOrStr) WireAlternate() {}

type liveBitmapOrStr = BlockDirtyBitmapOrStr

// liveServer returns a server with these commands that emulates a release.
func liveServer(major, minor int) *qmp.Server {
	refuse := func(context.Context, any) (any, error) {
		return nil, &qmp.Error{Class: qmp.ClassGenericError, Desc: liveRan}
	}
	run := func(context.Context, any) (any, error) { return nil, nil }
	return qmp.NewServer([]qmp.ServerCommand{
		{Name: "qmp_capabilities"},
		{Name: "query-name", Run: run, AllowPreconfig: true},
		{Name: "yank", Args: (*yankArgs)(nil), AllowOOB: true, Run: refuse},
		{Name: "block_resize", Args: (*resizeArgs)(nil), Run: refuse},
		{Name: "screendump", Args: (*screendumpArgs)(nil), Run: refuse},
		{Name: "set_link", Args: (*linkArgs)(nil), Run: refuse},
		{Name: "migrate-set-capabilities", Args: (*capabilitiesArgs)(nil), Run: refuse},
		{Name: "send-key", Args: (*sendKeyArgs)(nil), Run: refuse},
		{Name: "block-dirty-bitmap-add", Args: (*bitmapArgs)(nil), Run: refuse},
		{Name: "block-dirty-bitmap-merge", Args: (*mergeArgs)(nil), Run: refuse},
		{Name: "block-latency-histogram-set", Args: (*latencyArgs)(nil), Run: refuse},
		{Name: "qom-set", Args: (*qomSetArgs)(nil), Run: refuse},
		{Name: "device_del", Args: (*deviceArgs)(nil), Run: refuse},
	}, qmp.WithVersion(qmp.Version{Major: major, Minor: minor}))
}

// liveEnd follows each input: it resets the parser, and its reply is the last one.
const liveEnd = "\xff\n" + `{"execute":"query-name","id":"end of the test"}` + "\n"

// answers sends input on a new connection to a server, which has one at a time, and returns
// everything after the greeting.
func answers(t *testing.T, path, input string) string {
	t.Helper()
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	in := bufio.NewReader(conn)
	if _, err := in.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	go io.WriteString(conn, input+liveEnd)
	var all strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			t.Fatalf("%v after %q; sent %q", err, all.String(), input)
		}
		all.WriteString(line)
		if strings.Contains(line, `"end of the test"`) {
			return all.String()
		}
	}
}

// TestLiveSameAnswers sends the same input to QEMU 7.2, 10.0 and 11.1 and to a server that emulates
// them, and compares the answers byte by byte.
func TestLiveSameAnswers(t *testing.T) {
	inputs := liveInputs()
	if len(inputs) < 500 {
		t.Fatalf("%d inputs", len(inputs))
	}
	for _, release := range live.Releases {
		t.Run(release, func(t *testing.T) {
			real := startRelease(t, release)
			var major, minor int
			fmt.Sscanf(release, "%d.%d", &major, &minor)
			ours := listen(t, liveServer(major, minor))
			same := 0
			for _, input := range live.Sample(t, inputs, 100) {
				if want, got := answers(t, real, input), answers(t, ours, input); !sameAnswers(want, got) {
					t.Errorf("sent %q\nQEMU %s\nwe   %s", input, want, got)
				} else {
					same++
				}
			}
			t.Logf("%d inputs, %d answered the same", len(inputs), same)
		})
	}
}

const liveRan = "the command was run"

// sameAnswers compares the answers of QEMU and of our server. If our server ran a command, QEMU
// must have run it as well, and answered with its own result.
func sameAnswers(want, got string) bool {
	if !strings.Contains(got, liveRan) {
		return want == got
	}
	theirs, ours := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range ours {
		if len(theirs) != len(ours) || theirs[i] != ours[i] && (!strings.Contains(ours[i], liveRan) || strings.Contains(theirs[i], "expected: ") || strings.Contains(theirs[i], "is unexpected") || strings.Contains(theirs[i], "is missing")) {
			return false
		}
	}
	return true
}

// startRelease starts a release of QEMU and returns the path of its monitor.
func startRelease(t *testing.T, release string, more ...string) string {
	t.Helper()
	program := live.Release(t, release, "qemu-system-x86_64")
	path := filepath.Join(t.TempDir(), "qmp")
	args := []string{"-M", "none", "-nodefaults", "-display", "none",
		"-chardev", "socket,id=c,path=" + path + ",server=on,wait=off", "-mon", "chardev=c,mode=control"}
	cmd := exec.Command(program, append(args, more...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := live.Start(cmd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return path
}

// liveInputs returns the inputs: listed ones, arguments of each command in wrong forms, and
// pseudorandom changes of both.
func liveInputs() []string {
	const hello = `{"execute":"qmp_capabilities"}` + "\n"
	const oob = `{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}` + "\n"
	var inputs []string
	for _, text := range liveTexts {
		inputs = append(inputs, hello+text)
	}
	inputs = append(inputs, liveNegotiations...)
	for _, text := range liveOOB {
		inputs = append(inputs, oob+text)
	}
	values := []string{
		`1`, `-1`, `0`, `1.0`, `"x"`, `""`, `null`, `true`, `[]`, `{}`, `[1]`, `["x"]`, `{"a":1}`, `[{}]`, `-0`,
		`18446744073709551615`, `18446744073709551616`, `-9223372036854775808`, `-9223372036854775809`, `4294967296`, `1e400`,
	}
	for _, command := range liveArguments {
		name, members, _ := strings.Cut(command, " ")
		all := strings.Fields(members)
		send := func(args string) {
			inputs = append(inputs, hello+`{"execute":"`+name+`","arguments":{`+args+`},"id":1}`)
		}
		send("")
		send(`"zz":1,"y":2,"foo":[],"bar":{},"x-9":null`)
		for _, member := range all {
			key, good, _ := strings.Cut(member, "=")
			send(`"unknown":1,"` + key + `":` + good)
			for _, value := range values {
				rest := ""
				for _, other := range all { // with and without other errors after this one
					if k, v, _ := strings.Cut(other, "="); k != key {
						rest += `,"` + k + `":` + v
					}
				}
				send(`"` + key + `":` + value + rest + `,"surplus":1`)
			}
		}
	}
	random := rand.New(rand.NewPCG(7, 2))
	seeds := append([]string{}, inputs...)
	for range 600 {
		text := []byte(seeds[random.IntN(len(seeds))])
		const from = len(hello)
		if len(text) < from+4 {
			continue
		}
		for range 1 + random.IntN(3) {
			at := from + random.IntN(len(text)-from)
			switch random.IntN(4) {
			case 0:
				text[at] = "{}[]:,\"'\\-0e.tn \t\n\x00\x1f\x7f\x80\xc3\xff"[random.IntN(24)]
			case 1:
				text = append(text[:at], text[at+1:]...)
			case 2:
				text = append(text[:at], append([]byte(`{"[:,`[random.IntN(5):]), text[at:]...)...)
			case 3:
				text = text[:at+1]
			}
			if len(text) < from+4 {
				break
			}
		}
		inputs = append(inputs, string(text))
	}
	return inputs
}
