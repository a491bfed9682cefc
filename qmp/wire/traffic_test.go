package wire_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A message was captured from QEMU. It has types like generated ones, and types as one would write
// them for encoding/json.
type message struct {
	file   string
	member string // the member of the message that is decoded
	typed  any
	plain  any
}

var messages = []message{
	{"ret-query-qmp-schema", "return", new([]SchemaInfo), new([]plainSchemaInfo)},
	{"ret-query-cpu-definitions", "return", new([]CPUDefinitionInfo), new([]CPUDefinitionInfo)},
	{"ret-qom-list-types", "return", new([]ObjectTypeInfo), new([]ObjectTypeInfo)},
	{"ret-query-command-line-options", "return", new([]CommandLineOptionInfo), new([]CommandLineOptionInfo)},
	{"ret-query-named-block-nodes", "return", new([]BlockDeviceInfo), new([]plainBlockDeviceInfo)},
	{"ret-query-machines", "return", new([]MachineInfo), new([]MachineInfo)},
	{"ret-query-commands", "return", new([]CommandInfo), new([]CommandInfo)},
	{"cmd-blockdev-add", "arguments", new(BlockdevOptions), new(plainBlockdevOptions)},
	{"ret-query-status", "return", new(StatusInfo), new(StatusInfo)},
	{"event-BLOCK_JOB_READY", "data", new(BlockJobReady), new(BlockJobReady)},
}

// read returns the message, or skips the test if the file does not exist.
func (m *message) read(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(corpus.Dir(t), "traffic", m.file+".json"))
	if err != nil {
		t.Skipf("no captured messages here: %v", err)
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	return members[m.member]
}

// TestTraffic checks that decoding and encoding a message loses nothing.
func TestTraffic(t *testing.T) {
	for _, m := range messages {
		text := m.read(t)
		v := reflect.New(reflect.TypeOf(m.typed).Elem()).Interface()
		if err := wire.Decode(text, v, wire.Strict); err != nil {
			t.Errorf("%s: %v", m.file, err)
			continue
		}
		encoded, err := wire.Append(nil, v, wire.Strict)
		if err != nil {
			t.Errorf("%s: %v", m.file, err)
			continue
		}
		if !bytes.Equal(sorted(t, encoded), sorted(t, text)) {
			t.Errorf("%s changes: %.200s", m.file, encoded)
		}
		for n := range min(len(text), 2000) {
			if err := wire.Decode(text[:n], v, wire.Tolerant); err == nil {
				t.Errorf("%s: %d bytes of it are accepted", m.file, n)
			}
		}
	}
}

// sorted returns JSON with members sorted by name.
func sorted(t *testing.T, text []byte) []byte {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func BenchmarkDecode(b *testing.B) {
	for _, m := range messages {
		text := m.read(b)
		b.Run(m.file+"/wire", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			t := reflect.TypeOf(m.typed).Elem()
			for b.Loop() {
				if err := wire.Decode(text, reflect.New(t).Interface(), wire.Tolerant); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(m.file+"/json", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			t := reflect.TypeOf(m.plain).Elem()
			for b.Loop() {
				if err := json.Unmarshal(text, reflect.New(t).Interface()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, m := range messages {
		text := m.read(b)
		typed := reflect.New(reflect.TypeOf(m.typed).Elem()).Interface()
		plain := reflect.New(reflect.TypeOf(m.plain).Elem()).Interface()
		if err := wire.Decode(text, typed, wire.Strict); err != nil {
			b.Fatal(err)
		}
		if err := json.Unmarshal(text, plain); err != nil {
			b.Fatal(err)
		}
		b.Run(m.file+"/wire", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			buf := make([]byte, 0, 2*len(text)+1024)
			for b.Loop() {
				if _, err := wire.Append(buf, typed, wire.Tolerant); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(m.file+"/json", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := json.Marshal(plain); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSkip(b *testing.B) {
	text := messages[0].read(b)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if !wire.Valid(text) {
			b.Fatal("not valid")
		}
	}
}
