package framing

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// valid parses a message as strictly as a client does, near enough.
func valid(text []byte) bool { return wire.Valid(text) }

// readers return input in portions of several sizes.
var readers = map[string]func(io.Reader) io.Reader{
	"whole":    func(r io.Reader) io.Reader { return r },
	"halves":   iotest.HalfReader,
	"bytes":    iotest.OneByteReader,
	"data+EOF": iotest.DataErrReader,
}

func TestFramer(t *testing.T) {
	long := `{"long": "` + strings.Repeat(`é\"{[`, 100_000) + `"}`
	tests := []struct {
		name  string
		input string
		want  []string
		end   error // nil: a *Error
	}{
		{"nothing", "", nil, io.EOF},
		{"white space", " \r\n\t", nil, io.EOF},
		{"one a line", "{}\r\n{\"a\": 1}\r\n", []string{`{}`, `{"a": 1}`}, io.EOF},
		{"back to back", `{"a":[]}{"b":{}}`, []string{`{"a":[]}`, `{"b":{}}`}, io.EOF},
		{"pretty", "{\n  \"a\": [\n    1\n  ]\n}\n", []string{"{\n  \"a\": [\n    1\n  ]\n}"}, io.EOF},
		{"brackets and quotes in strings", `{"]}\"\\":"}{[\\"}{}`, []string{`{"]}\"\\":"}{[\\"}`, `{}`}, io.EOF},
		{"long", long + long + "{}", []string{long, long, "{}"}, io.EOF},
		{"cut off", `{} {"a": "}`, []string{`{}`}, io.ErrUnexpectedEOF},
		{"garbage between", `{} x {}`, []string{`{}`}, nil},
		{"array", `[]`, nil, nil},
		{"deep", strings.Repeat(`{"a":[`, 512) + strings.Repeat("]}", 512), []string{strings.Repeat(`{"a":[`, 512) + strings.Repeat("]}", 512)}, io.EOF},
		{"too deep", strings.Repeat(`{"a":[`, 512) + "{", nil, nil},
		{"too long", `{"a": "` + strings.Repeat("x", 2<<20), nil, nil},
		{"just too long", `{"a": "` + strings.Repeat("x", 1<<20-8) + `"}`, nil, nil},
		{"too long in depth", strings.Repeat(" ", 3<<20) + `{"a":` + strings.Repeat(" ", 2<<20), nil, nil},
	}
	for _, test := range tests {
		for name, wrap := range readers {
			f := New(wrap(strings.NewReader(test.input)), 1<<20, valid)
			for i, want := range test.want {
				if got, _, err := f.Next(); err != nil || string(got) != want {
					t.Fatalf("%s, %s: message %d: got %.80q, %v; want %.80q", test.name, name, i, got, err, want)
				}
			}
			msg, _, err := f.Next()
			var p *Error
			if msg != nil || test.end != nil && err != test.end || test.end == nil && !errors.As(err, &p) {
				t.Errorf("%s, %s: at the end: got %.80q, %v; want %v", test.name, name, msg, err, test.end)
			}
		}
	}
}

// A message that is cut off ends where a line is a message by itself. That does not depend on how
// the input arrives.
func TestFramerCutOff(t *testing.T) {
	const good = `{"return": 1}`
	long := strings.Repeat("x", 200_000)
	for _, test := range []struct {
		input string
		want  []string // "✂" marks those that are cut off
	}{
		{`{"return": [` + "\r\n" + good + "\r\n", []string{`{"return": [` + "✂", good}},
		{`{"return": [}` + "\n" + good + "\n" + good + "\n", []string{`{"return": [}` + "✂", good, good}},
		{`{"return": "a` + "\n" + good + "\n{", []string{`{"return": "a` + "✂", good}},
		{`{"return": "a\` + "\n" + good + "\n", []string{`{"return": "a\` + "✂", good}},
		{`{"return": "` + long + "\n" + good + "\n", []string{`{"return": "` + long + "✂", good}},
		{`{"return": {` + "\n" + `{"return": "` + long + `"}` + "\n", []string{`{"return": {` + "✂", `{"return": "` + long + `"}`}},
		{"{\n{\n{}\n{\n" + good + "\n", []string{"{\n{\n{}\n{✂", good}},
		{`{"return": "a` + "\n" + good + "\n" + `b"}` + good, []string{`{"return": "a✂`, good}},
		{"{\n" + good + "\n{\n" + good + "\n{}\n", []string{"{✂", good, "{✂", good, "{}"}},
		// These are whole.
		{"{\n\"a\":\n{\"b\": 1}\n}\n", []string{"{\n\"a\":\n{\"b\": 1}\n}"}},
		{"{\"a\": [\n{\"id\": 1},\n{\"id\": 2}\n]}\n", []string{"{\"a\": [\n{\"id\": 1},\n{\"id\": 2}\n]}"}},
		{"{\"a\":\n{\"return\": 1},\n\"b\": 1}\n", []string{"{\"a\":\n{\"return\": 1},\n\"b\": 1}"}},
	} {
		for name, wrap := range readers {
			f := New(wrap(strings.NewReader(test.input)), 1<<20, isReply)
			for i, want := range test.want {
				text, ok, err := f.Next()
				got := string(text)
				if f.Cut() {
					got += "✂"
				}
				if err != nil || got != want || f.Cut() && ok {
					t.Fatalf("%.40q, %s: message %d: got %.80q, %v, %v; want %.80q", test.input, name, i, got, ok, err, want)
				}
			}
			if text, _, err := f.Next(); err == nil {
				t.Errorf("%.40q, %s: another message %.80q", test.input, name, text)
			}
		}
	}
}

// Whatever part of a message is missing at its end, the messages on the following lines are found,
// also those with brackets and quotes in strings.
func TestFramerCutEverywhere(t *testing.T) {
	firsts := []string{
		`{"return": {"a": "}{][\"\\", "b": [1, {"c": "]}"}]}}`,
		`{"return": [{"name": "x{", "s": "}"}, "}}", "{{"]}`,
		"{\n    \"return\": {\n        \"a\": \"}{\",\n        \"b\": [\n        ]\n    }\n}",
		"{\r\n\"return\":\r\n[\r\n{\"a\": \"{\"},\r\n{\"b\": 1}\r\n]\r\n}",
	}
	seconds := []string{
		`{"return": {"b": "}"}}`,
		`{"return": {"b": "}{][\"\\", "c": ["]", "\\\"}"]}}`,
		"{\n    \"return\": {\n        \"a\": \"}{\",\n        \"b\": [\n        ]\n    }\n}",
	}
	const last = `{"return": "last"}`
	for _, first := range firsts {
		for _, second := range seconds {
			for name, wrap := range readers {
				for n := 1; n <= len(first); n++ {
					input := first[:n] + "\r\n" + second + "\r\n" + last + "\r\n"
					f := New(wrap(strings.NewReader(input)), 1<<20, isReply)
					for i, want := range []string{strings.TrimSpace(first[:n]), second, last} {
						text, ok, err := f.Next()
						if err != nil || string(text) != want || ok != (i > 0 || n == len(first)) || f.Cut() == ok {
							t.Fatalf("%q, %s: message %d: %q, %v, %v", input, name, i, text, ok, err)
						}
					}
				}
			}
		}
	}
}

// A line that may be an element or a value of the message is no message of its own unless it
// cannot be anything else.
func TestFramerOuter(t *testing.T) {
	const line = "{\"return\": 1}"
	for _, test := range []struct {
		before string
		cut    bool // even if the line may be a part of the message
	}{
		{`{"return": [` + "\n", false},
		{`{"return": [1,` + "\r\n", false},
		{`{"return":` + "\n\t\n", false},
		{`{"return": {` + "\n", true},
		{`{"return": [1` + "\n", true},
		{`{"return": "a` + "\n", true},
	} {
		for _, outer := range []bool{false, true} {
			f := New(strings.NewReader(test.before+line+"\n]}\n"), 1<<20, isReply)
			f.SetOuter(func() bool { return outer })
			if _, _, err := f.Next(); err != nil || f.Cut() != (test.cut || outer) {
				t.Errorf("%q, %t: cut off: %t, %v", test.before, outer, f.Cut(), err)
			}
		}
	}
}

// A message that cannot be parsed is returned when it is certain that its last line is no message,
// or when nothing follows.
func TestFramerUndecided(t *testing.T) {
	for _, test := range []struct {
		input string
		want  []string
	}{
		{"{\"a\": [\n{\xff}]}", []string{"{\"a\": [\n{\xff}]}"}},
		{"{\"a\": [\n{\xff}]}{}\n{}", []string{"{\"a\": [\n{\xff}]}", "{}", "{}"}},
		{"{\"a\":\n{\n\xff}}", []string{"{\"a\":\n{\n\xff}}"}},
		{"{\"a\":\n{\n\xff\n}\n}\n{}", []string{"{\"a\":\n{\n\xff\n}\n}", "{}"}},
		{"{\"a\":\n{\xff}}" + strings.Repeat(" ", 200) + "{}", []string{"{\"a\":\n{\xff}}", "{}"}},
	} {
		for name, wrap := range readers {
			f := New(wrap(strings.NewReader(test.input)), 100, valid)
			for i, want := range test.want {
				if text, _, err := f.Next(); err != nil || string(text) != want {
					t.Fatalf("%q, %s: message %d: %q, %v", test.input, name, i, text, err)
				}
			}
			if text, _, err := f.Next(); err != io.EOF {
				t.Errorf("%q, %s: then %q, %v", test.input, name, text, err)
			}
		}
	}
}

// isReply parses a message with a result.
func isReply(text []byte) bool { return valid(text) && bytes.Contains(text, []byte(`"return"`)) }

// A connection that is reset between messages was closed by the server.
func TestFramerReset(t *testing.T) {
	for _, test := range []struct {
		input string
		want  error
	}{
		{"{}\r\n", io.EOF},
		{"{}{", syscall.ECONNRESET},
	} {
		f := New(io.MultiReader(strings.NewReader(test.input), iotest.ErrReader(syscall.ECONNRESET)), 100, valid)
		if _, _, err := f.Next(); err != nil {
			t.Error(err)
		}
		if _, _, err := f.Next(); err != test.want {
			t.Errorf("after %q: %v, want %v", test.input, err, test.want)
		}
	}
}

// A large message does not make the client keep its memory.
func TestFramerGivesBack(t *testing.T) {
	large := `{"a": "` + strings.Repeat("x", 4<<20) + `"}`
	f := New(strings.NewReader(large+"{}"+large+"{}"), 8<<20, valid)
	for _, want := range []string{large, "{}", large, "{}"} {
		if got, _, err := f.Next(); err != nil || string(got) != want {
			t.Fatalf("got %.80q, %v", got, err)
		}
	}
	if _, _, err := f.Next(); err != io.EOF {
		t.Error(err)
	}
	if len(f.buf) > KeepBuffer {
		t.Errorf("%d bytes are kept", len(f.buf))
	}
}

// What has come with the end of a large message outlives its buffer.
func TestAfterLarge(t *testing.T) {
	large := `{"a": "` + strings.Repeat("x", 70<<10) + `"}`
	small := `{"b": "` + strings.Repeat("y", 100) + `"}`
	for n := range 200 { // up to 21 KiB, around FirstBuffer
		f := New(strings.NewReader(large+"\n"+strings.Repeat(small+"\n", n)), 1<<20, valid)
		if text, _, err := f.Next(); err != nil || len(text) != len(large) {
			t.Fatalf("%d bytes, %v", len(text), err)
		}
		for i := range n {
			if i%2 == 0 {
				if err := f.Wait(); err != nil {
					t.Fatal(err)
				}
			}
			if text, _, err := f.Next(); err != nil || string(text) != small {
				t.Fatalf("message %d of %d: %.20q, %v", i, n, text, err)
			}
		}
		if err := f.Wait(); err != io.EOF {
			t.Fatal(err)
		}
	}
}

// A bad message is returned as one, and does not hide those after it.
func TestBadMessage(t *testing.T) {
	f := New(strings.NewReader("{\"a\": \"\xff\"}\r\n{\"b\": ]\r\n{}"), 100, valid)
	for _, want := range []struct {
		text string
		ok   bool
	}{{"{\"a\": \"\xff\"}", false}, {"{\"b\": ]", false}, {"{}", true}} {
		text, ok, err := f.Next()
		if string(text) != want.text || ok != want.ok || err != nil {
			t.Errorf("got %q, %t, %v; want %q, %t", text, ok, err, want.text, want.ok)
		}
	}
}

// The channel of an agent may hold anything, and a sentinel starts again.
func TestAgent(t *testing.T) {
	input := "rest\"} \x00}{\"a\": 1}\n{\"cut\": [\xff\xff{\"b\": \"}{\"}] {}{\"late"
	want := []string{`{"a": 1}`, "", "", `{"b": "}{"}`, `{}`}
	for name, r := range map[string]io.Reader{
		"whole": strings.NewReader(input), "bytes": iotest.OneByteReader(strings.NewReader(input)),
	} {
		f := NewAgent(r, 100)
		var got []string
		for {
			text, _, err := f.Next()
			if err != nil {
				if err != io.ErrUnexpectedEOF {
					t.Errorf("%s: %v", name, err)
				}
				break
			}
			got = append(got, string(text))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// TestNoise holds that what is no message is kept for a while: its start only, up to the next
// message or sentinel.
func TestNoise(t *testing.T) {
	long := strings.Repeat("x", 10*maxNoise)
	for _, test := range []struct{ input, want string }{
		{" login: \n", "login:"},
		{long, long[:maxNoise]},
		{"login: {}", ""},
		{"login: {} again", "again"},
		{"login: \xff", ""},
		{"login: \xff more", "more"},
		{"{\"a\"", ""},
	} {
		for name, r := range map[string]io.Reader{
			"whole": strings.NewReader(test.input), "bytes": iotest.OneByteReader(strings.NewReader(test.input)),
		} {
			f := NewAgent(r, 100)
			var err error
			for err == nil {
				_, _, err = f.Next()
			}
			if got := string(f.TakeNoise()); got != test.want {
				t.Errorf("%q (%s): noise %q, want %q", test.input, name, got, test.want)
			}
			if again := f.TakeNoise(); len(again) > 0 {
				t.Errorf("%q (%s): taken twice: %q", test.input, name, again)
			}
		}
	}
}

// FuzzReader holds that any input gives the same messages in whatever portions it arrives, each an
// object by its braces unless it was cut off.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{"{}\r\n{\"a\": 1}", "{\xff}{", "{\"a\":[}\n{}", "x{}\xff{\"\xff{}", "[", "{\"\\\"}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		for _, open := range []func(io.Reader) *Reader{
			func(r io.Reader) *Reader { return New(r, 1<<12, valid) },
			func(r io.Reader) *Reader { return NewAgent(r, 1<<12) },
		} {
			read := func(r io.Reader) (texts []string, end error) {
				fr := open(r)
				for {
					text, _, err := fr.Next()
					if err != nil {
						return texts, err
					}
					if len(text) > 0 && !fr.Cut() && (text[0] != '{' || text[len(text)-1] != '}' && text[len(text)-1] != ']') {
						t.Fatalf("message %q", text)
					}
					texts = append(texts, string(text))
				}
			}
			texts, end := read(bytes.NewReader(input))
			again, endAgain := read(iotest.OneByteReader(bytes.NewReader(input)))
			if !slices.Equal(texts, again) || fmt.Sprint(end) != fmt.Sprint(endAgain) {
				t.Fatalf("whole: %q, %v; in bytes: %q, %v", texts, end, again, endAgain)
			}
		}
	})
}

// A countingReader counts the reads of a stream that always has more.
type countingReader struct {
	*strings.Reader
	reads int
}

func (r *countingReader) Read(p []byte) (int, error) {
	r.reads++
	return r.Reader.Read(p)
}

// TestBufferGrows holds that a stream of small messages is read in large pieces, whether or not
// messages end where the buffer does.
func TestBufferGrows(t *testing.T) {
	for _, size := range []int{128, 190} {
		message := `{"a": "` + strings.Repeat("x", size-10) + `"}` + "\n"
		in := &countingReader{Reader: strings.NewReader(strings.Repeat(message, 1<<20/len(message)))}
		r := New(in, 1<<20, func([]byte) bool { return true })
		messages := 0
		for ; ; messages++ {
			if _, _, err := r.Next(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if want := 1 << 20 / len(message); messages != want || in.reads > 30 {
			t.Errorf("%d messages of %d bytes in %d reads, want %d messages in at most 30", messages, len(message), in.reads, want)
		}
	}
}

// TestLinesAgain holds that lines are tried again some messages after one that was no message.
func TestLinesAgain(t *testing.T) {
	const double = "{}{}"
	input := double + "\n" + strings.Repeat("{}\n", scanAfter) + double + "\n"
	tried := 0
	f := New(strings.NewReader(input), 100, func(text []byte) bool {
		if string(text) == double {
			tried++
		}
		return valid(text)
	})
	for range scanAfter + 4 {
		if text, _, err := f.Next(); err != nil || string(text) != "{}" {
			t.Fatalf("%q, %v", text, err)
		}
	}
	if tried != 2 {
		t.Errorf("%d lines with two messages were tried as one, want 2", tried)
	}
}
