package introspect_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/introspect"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
)

// TestLiveIntrospection asks a running QEMU for its schema. Everything in it must
// be in ours, which also has what the conditions of that build leave out.
func TestLiveIntrospection(t *testing.T) {
	dir := corpus.Dir(t)
	qemu := live.Program(t, "qemu-system-x86_64")
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	version, err := exec.CommandContext(ctx, qemu, "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(version), "version 7.2.") {
		t.Skipf("the schemas here are of QEMU 7.2, this is %s", version)
	}
	vm := exec.CommandContext(ctx, qemu, "-M", "none", "-nodefaults", "-display", "none", "-S", "-qmp", "stdio")
	vm.Stdin = strings.NewReader(`{"execute":"qmp_capabilities"}{"execute":"query-qmp-schema"}{"execute":"quit"}`)
	out, err := vm.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var theirs []entry
	for dec := json.NewDecoder(bytes.NewReader(out)); theirs == nil; {
		var reply struct{ Return json.RawMessage }
		if err := dec.Decode(&reply); err != nil {
			t.Fatalf("no schema in the replies: %v", err)
		}
		if bytes.HasPrefix(reply.Return, []byte("[")) {
			if err := json.Unmarshal(reply.Return, &theirs); err != nil {
				t.Fatal(err)
			}
		}
	}

	c := corpus.Schemas(t, dir, "7.2.0")[0]
	var b bytes.Buffer
	if err := introspect.Write(&b, schematest.Load(t, filepath.Join(dir, "corpus", "7.2.0"), c.Root)); err != nil {
		t.Fatal(err)
	}
	var ours []entry
	if err := json.Unmarshal(b.Bytes(), &ours); err != nil {
		t.Fatal(err)
	}
	m := matcher{t: t, theirs: index(theirs), ours: index(ours), same: make(map[[2]string]bool), reached: make(map[string]bool)}
	counts := make(map[string]int)
	for _, e := range theirs {
		counts[e.MetaType]++
		if e.MetaType == "command" || e.MetaType == "event" {
			m.match(e.Name, e.Name, e.MetaType+" "+e.Name)
		}
	}
	// A few types are left that only something left out of the build uses.
	if unused := len(theirs) - len(m.reached); unused > 10 {
		t.Errorf("%d of QEMU's %d entries were not compared", unused, len(theirs))
	}
	if counts["command"] < 100 || counts["event"] < 20 {
		t.Errorf("QEMU tells of %v only", counts)
	}
	t.Logf("%d of QEMU's entries (%v) compared with our %d", len(m.reached), counts, len(ours))
}

// An entry is a SchemaInfo.
type entry struct {
	Name        string
	MetaType    string `json:"meta-type"`
	JSONType    string `json:"json-type"`
	ElementType string `json:"element-type"`
	ArgType     string `json:"arg-type"`
	RetType     string `json:"ret-type"`
	AllowOOB    bool   `json:"allow-oob"`
	Tag         string
	Values      []string
	Features    []string
	Members     []struct {
		Name, Type string
		Default    json.RawMessage
		Features   []string
	}
	Variants []struct{ Case, Type string }
}

func index(entries []entry) map[string]*entry {
	m := make(map[string]*entry, len(entries))
	for i := range entries {
		m[entries[i].Name] = &entries[i]
	}
	return m
}

// A matcher looks for what one schema has in another one. Names of types mean
// nothing: types match if they are made alike.
type matcher struct {
	t            *testing.T
	theirs, ours map[string]*entry
	same         map[[2]string]bool // pairs that were compared
	reached      map[string]bool    // entries of theirs that were met
}

// match compares an entry of theirs with one of ours; where says how it was met.
func (m *matcher) match(theirs, ours, where string) {
	m.reached[theirs] = true
	pair := [2]string{theirs, ours}
	if m.same[pair] || theirs == "" && ours == "" {
		return
	}
	m.same[pair] = true
	a, b := m.theirs[theirs], m.ours[ours]
	if a == nil || b == nil {
		m.t.Errorf("%s: theirs is %v, ours %v", where, a, b)
		return
	}
	if a.MetaType != b.MetaType || a.JSONType != b.JSONType || a.Tag != b.Tag || a.AllowOOB != b.AllowOOB || !slices.Equal(a.Features, b.Features) {
		m.t.Errorf("%s: theirs is %+v, ours %+v", where, *a, *b)
		return
	}
	m.match(a.ArgType, b.ArgType, where+": arguments")
	m.match(a.RetType, b.RetType, where+": result")
	m.match(a.ElementType, b.ElementType, where+": element")
	for _, v := range a.Values {
		if !slices.Contains(b.Values, v) {
			m.t.Errorf("%s: ours has no value %s", where, v)
		}
	}
	for i, x := range a.Members {
		found := false
		for j, y := range b.Members {
			if x.Name != y.Name || a.MetaType == "alternate" && i != j {
				continue
			}
			found = true
			if string(x.Default) != string(y.Default) || !slices.Equal(x.Features, y.Features) {
				m.t.Errorf("%s: member %s: theirs is %+v, ours %+v", where, x.Name, x, y)
			}
			m.match(x.Type, y.Type, where+"."+x.Name)
		}
		if !found {
			m.t.Errorf("%s: ours has no member %s", where, x.Name)
		}
	}
	for _, x := range a.Variants {
		found := false
		for _, y := range b.Variants {
			if x.Case == y.Case {
				found = true
				m.match(x.Type, y.Type, where+"["+x.Case+"]")
			}
		}
		if !found {
			m.t.Errorf("%s: ours has no variant %s", where, x.Case)
		}
	}
}
