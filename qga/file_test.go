package qga_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
)

// A guestFiles is a Caller that implements the agent's file commands in memory.
type guestFiles struct {
	mu    sync.Mutex
	files map[string][]byte
	open  map[int64]*guestFile
	log   []string // commands, with the arguments that matter
	last  int64    // handle
	short bool     // each write accepts one byte
	wrong string   // data that a command returns instead of the right ones
}

type guestFile struct {
	path string
	at   int64
}

// refuse returns an error of the agent.
func refuse(desc string) error { return &qmp.Error{Class: qmp.ClassGenericError, Desc: desc} }

func (g *guestFiles) Do(ctx context.Context, req *qmp.Request) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	text, err := json.Marshal(req.Args)
	if err != nil {
		return err
	}
	var args struct {
		Path, Mode string
		Handle     int64
		Count      int
		Data       []byte `json:"buf-b64"`
		Offset     int64
		Whence     int
	}
	if err := json.Unmarshal(text, &args); err != nil {
		return err
	}
	f := g.open[args.Handle]
	if req.Command != "guest-file-open" && f == nil {
		return refuse("handle '" + string(text) + "' has not been found")
	}
	var result any
	switch req.Command {
	case "guest-file-open":
		g.log = append(g.log, "open "+args.Mode)
		_, exists := g.files[args.Path]
		if !exists && args.Mode[0] == 'r' {
			return refuse("failed to open file '" + args.Path + "' (mode: '" + args.Mode + "'): No such file or directory")
		}
		if !exists || args.Mode[0] == 'w' {
			g.files[args.Path] = nil
		}
		g.last++
		g.open[g.last] = &guestFile{path: args.Path}
		result = g.last
	case "guest-file-read":
		rest := g.files[f.path][min(f.at, int64(len(g.files[f.path]))):]
		data := rest[:min(args.Count, len(rest))]
		f.at += int64(len(data))
		encoded := base64.StdEncoding.EncodeToString(data)
		eof := len(data) < args.Count
		switch g.wrong {
		case "much":
			encoded = base64.StdEncoding.EncodeToString(make([]byte, args.Count+1))
		case "garbage":
			encoded = "*"
		case "nothing":
			encoded, eof = "", false
		}
		result = map[string]any{"count": len(data), "buf-b64": encoded, "eof": eof}
	case "guest-file-write":
		n := len(args.Data)
		if g.short {
			n = 1
		}
		content := append(slices.Clone(g.files[f.path][:f.at]), args.Data[:n]...)
		g.files[f.path] = content
		f.at += int64(n)
		switch g.wrong {
		case "none":
			n = 0
		case "more":
			n = len(args.Data) + 1
		}
		result = map[string]any{"count": n, "eof": false}
	case "guest-file-seek":
		f.at = []int64{0, f.at, int64(len(g.files[f.path]))}[args.Whence] + args.Offset
		result = map[string]any{"position": f.at, "eof": false}
	case "guest-file-flush":
		g.log = append(g.log, "flush")
		return nil
	case "guest-file-close":
		g.log = append(g.log, "close")
		delete(g.open, args.Handle)
		return nil
	}
	if text, err = json.Marshal(result); err == nil {
		err = json.Unmarshal(text, req.Result)
	}
	return err
}

func newGuestFiles(files map[string]string) *guestFiles {
	g := &guestFiles{files: make(map[string][]byte), open: make(map[int64]*guestFile)}
	for name, text := range files {
		g.files[name] = []byte(text)
	}
	return g
}

func TestFiles(t *testing.T) {
	const mebi = 1 << 20
	g := newGuestFiles(map[string]string{"/etc/issue": "welcome\n"})
	root := qga.NewFS(testContext(t), g, "/")

	if data, err := root.ReadFile("etc/issue"); err != nil || string(data) != "welcome\n" {
		t.Errorf("%q, %v", data, err)
	}
	if data, err := fs.ReadFile(qga.NewFS(testContext(t), g, "/etc"), "issue"); err != nil || string(data) != "welcome\n" {
		t.Errorf("below another root: %q, %v", data, err)
	}
	long := bytes.Repeat([]byte("0123456789"), mebi/10+1) // a few bytes more than a mebibyte
	if err := root.WriteFile("tmp/long", long); err != nil || !bytes.Equal(g.files["/tmp/long"], long) {
		t.Errorf("wrote %d bytes of %d, %v", len(g.files["/tmp/long"]), len(long), err)
	}
	if data, err := root.ReadFile("tmp/long"); err != nil || !bytes.Equal(data, long) {
		t.Errorf("read %d bytes of %d, %v", len(data), len(long), err)
	}
	if err := root.WriteFile("tmp/long", []byte("short")); err != nil || string(g.files["/tmp/long"]) != "short" {
		t.Errorf("%q, %v", g.files["/tmp/long"], err)
	}

	f, err := root.OpenFile("tmp/copy", "w+")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := f.ReadFrom(bytes.NewReader(long)); err != nil || n != int64(len(long)) {
		t.Errorf("ReadFrom: %d, %v", n, err)
	}
	for _, seek := range []struct {
		offset int64
		from   int
		want   int64
	}{{7, io.SeekStart, 7}, {3, io.SeekCurrent, 10}, {-5, io.SeekEnd, int64(len(long)) - 5}} {
		if at, err := f.Seek(seek.offset, seek.from); err != nil || at != seek.want {
			t.Errorf("Seek(%d, %d): %d, %v", seek.offset, seek.from, at, err)
		}
	}
	for _, from := range []int{-1, 3} {
		if at, err := f.Seek(0, from); at != 0 || !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("Seek from %d: %d, %v", from, at, err)
		}
	}
	if info, err := f.Stat(); err != nil || info.Name() != "copy" || info.Size() != int64(len(long)) || info.IsDir() {
		t.Errorf("Stat: %v, %v", info, err)
	}
	buf := make([]byte, 3)
	if n, err := f.Read(buf); err != nil || string(buf[:n]) != "567" { // at the position that Stat restored
		t.Errorf("Read: %q, %v", buf[:n], err)
	}
	var rest strings.Builder
	if n, err := f.WriteTo(&rest); err != nil || n != 2 || rest.String() != "89" {
		t.Errorf("WriteTo: %d, %q, %v", n, rest.String(), err)
	}
	if n, err := f.Read(buf); n != 0 || err != io.EOF {
		t.Errorf("Read at the end: %d, %v", n, err)
	}
	if n, err := f.Read(nil); n != 0 || err != nil {
		t.Errorf("Read of nothing: %d, %v", n, err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		t.Error(err)
	}
	if n, err := f.Read(make([]byte, 2*mebi)); err != nil || n != mebi {
		t.Errorf("a large Read: %d, %v", n, err)
	}
	g.log = nil
	if err := errors.Join(f.Sync(), f.Close()); err != nil || !slices.Equal(g.log, []string{"flush", "close"}) {
		t.Errorf("%v, %v", g.log, err)
	}
	for what, err := range map[string]error{
		"Close": f.Close(), "Sync": f.Sync(),
		"Write": func() error { _, err := f.Write(buf); return err }(),
		"Read":  func() error { _, err := f.Read(buf); return err }(),
	} {
		if !errors.Is(err, fs.ErrClosed) {
			t.Errorf("%s of a closed file: %v", what, err)
		}
	}
	if len(g.open) != 0 {
		t.Errorf("%d files are open", len(g.open))
	}
}

func TestFilesFail(t *testing.T) {
	g := newGuestFiles(map[string]string{"/a": "text"})
	root := qga.NewFS(testContext(t), g, "/")
	if _, err := root.Open("none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that does not exist: %v", err)
	}
	for _, name := range []string{"/a", "../a", ""} {
		if _, err := root.Open(name); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, test := range []struct {
		desc string
		want error
	}{
		{"failed to open file: Permission denied", fs.ErrPermission},
		{"failed to open file: Access is denied.", fs.ErrPermission},
		{"failed to open file: File exists", fs.ErrExist},
		{"failed to open file: The system cannot find the path specified.", fs.ErrNotExist},
	} {
		agent := qmp.CallerFunc(func(context.Context, *qmp.Request) error { return refuse(test.desc) })
		_, err := qga.NewFS(testContext(t), agent, "/").Create("a")
		var path *fs.PathError
		var e *qmp.Error
		if !errors.Is(err, test.want) || !errors.As(err, &path) || path.Path != "a" || !errors.As(err, &e) || e.Desc != test.desc {
			t.Errorf("%q: %v", test.desc, err)
		}
	}
	f, err := root.OpenFile("a", "r+")
	if err != nil {
		t.Fatal(err)
	}
	for wrong, want := range map[string]string{"much": "more data than requested", "garbage": "illegal base64", "nothing": io.ErrNoProgress.Error()} {
		g.wrong = wrong
		if n, err := f.Read(make([]byte, 2)); n != 0 || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %d, %v", wrong, n, err)
		}
	}
	for _, wrong := range []string{"none", "more"} {
		g.wrong = wrong
		if _, err := f.Write([]byte("xy")); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("%s written: %v", wrong, err)
		}
	}
	g.wrong, g.short = "", true
	if err := root.WriteFile("a", []byte("bytewise")); err != nil || string(g.files["/a"]) != "bytewise" {
		t.Errorf("%q, %v", g.files["/a"], err)
	}
}

// TestFilesContext checks that a file is closed even if the context is done, including one that was
// opened too late.
func TestFilesContext(t *testing.T) {
	g := newGuestFiles(map[string]string{"/a": "text"})
	ctx, cancel := context.WithCancel(testContext(t))
	f, err := qga.NewFS(ctx, g, "/").Open("a")
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := f.Read(make([]byte, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("Read: %v", err)
	}
	if err := f.Close(); err != nil || len(g.open) != 0 {
		t.Errorf("%d files are open, %v", len(g.open), err)
	}
	if _, err := qga.NewFS(ctx, g, "/").Open("a"); !errors.Is(err, context.Canceled) || g.last != 1 {
		t.Errorf("Open: %v, handle %d", err, g.last)
	}

	ctx, cancel = context.WithCancel(testContext(t))
	opening, answer, closed := make(chan bool), make(chan bool), make(chan bool)
	slow := qmp.CallerFunc(func(ctx context.Context, req *qmp.Request) error {
		if req.Command == "guest-file-open" {
			close(opening)
			<-answer
		}
		defer func() {
			if req.Command == "guest-file-close" {
				close(closed)
			}
		}()
		return g.Do(ctx, req)
	})
	go func() { <-opening; cancel() }()
	if _, err := qga.NewFS(ctx, slow, "/").Open("a"); !errors.Is(err, context.Canceled) {
		t.Errorf("a slow Open: %v", err)
	}
	close(answer)
	<-closed
}

// TestFS checks that the files satisfy the rules of package fs.
func TestFS(t *testing.T) {
	g := newGuestFiles(map[string]string{"/a": "text"})
	f, err := qga.NewFS(testContext(t), g, "/").Open("a")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want := fstest.MapFS{"a": {Data: []byte("text")}}
	other, err := want.Open("a")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // content, EOF, EOF again
		got, gotErr := io.ReadAll(f)
		have, haveErr := io.ReadAll(other)
		if !bytes.Equal(got, have) || gotErr != haveErr {
			t.Errorf("%q, %v; want %q, %v", got, gotErr, have, haveErr)
		}
	}
}
