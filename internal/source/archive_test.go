package source

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// A member is an entry of a test archive.
type member struct {
	name, text string
	typ        byte // 0 is a file
}

// qemuLike has the layout of QEMU's own archives.
var qemuLike = []member{
	{name: "qemu-1.0/", typ: tar.TypeDir},
	{name: "qemu-1.0/README", text: "not kept"},
	{name: "qemu-1.0/qapi/common.json", text: "common"},
	{name: "qemu-1.0/qapi/link.json", text: "common.json", typ: tar.TypeSymlink},
	{name: "qemu-1.0/qapi/qapi-schema.json", text: "root"},
	{name: "qemu-1.0/storage-daemon/qapi/qapi-schema.json", text: "daemon"},
}

// pack writes an archive, compressed with gzip if its name ends with "gz". Archives with other
// compressions, which nothing here can write, are in testdata: they hold qemuLike, compressed with
// "xz --block-size=2048", "xz" twice (two streams), "bzip2" and "zstd".
func pack(t *testing.T, name string, members []member) string {
	t.Helper()
	var buf bytes.Buffer
	var w io.WriteCloser
	if strings.HasSuffix(name, "gz") {
		w = gzip.NewWriter(&buf)
	} else {
		w = struct {
			io.Writer
			io.Closer
		}{&buf, io.NopCloser(nil)}
	}
	tw := tar.NewWriter(w)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Mode: 0o644, Size: int64(len(m.text)), Typeflag: tar.TypeReg}
		if m.typ != 0 {
			h.Typeflag, h.Size, h.Linkname = m.typ, 0, m.text
		}
		if err := tw.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			if _, err := io.WriteString(tw, m.text); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, buf.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// withoutPrograms hides installed programs from a test.
func withoutPrograms(t *testing.T) { t.Setenv("PATH", t.TempDir()) }

func TestArchive(t *testing.T) { testArchive(t) }

// TestArchiveWithoutPrograms reads archives without the program xz.
func TestArchiveWithoutPrograms(t *testing.T) {
	withoutPrograms(t)
	testArchive(t)
}

func testArchive(t *testing.T) {
	for _, name := range []string{
		"q.tar", "q.tar.gz", "q.tgz", "testdata/blocks.tar.xz", "testdata/streams.txz", "testdata/q.tar.bz2",
	} {
		t.Run(name, func(t *testing.T) {
			file := name
			if path.Dir(name) == "." {
				file = pack(t, name, qemuLike)
			}
			for _, root := range []string{"qapi/qapi-schema.json", "qemu-1.0/qapi/qapi-schema.json"} {
				src, err := Open(file + ":" + root)
				if err != nil {
					t.Fatal(err)
				}
				if src.Root != "qemu-1.0/qapi/qapi-schema.json" {
					t.Errorf("root is %s", src.Root)
				}
				if got, want := src.Display(src.Root), filepath.ToSlash(file)+":qemu-1.0/qapi/qapi-schema.json"; got != want {
					t.Errorf("displayed as %s, want %s", got, want)
				}
				// Behind the root file, before it, and not there.
				for path, want := range map[string]string{
					src.Root: "root",
					"qemu-1.0/storage-daemon/qapi/qapi-schema.json": "daemon",
					"qemu-1.0/qapi/common.json":                     "common",
				} {
					if data, err := fs.ReadFile(src.FS, path); err != nil || string(data) != want {
						t.Errorf("%s is %q, %v", path, data, err)
					}
				}
				if info, err := fs.Stat(src.FS, src.Root); err != nil || info.Size() != 4 || !info.Mode().IsRegular() {
					t.Errorf("stat: %v, %v", info, err)
				}
				if data, err := fs.ReadFile(src.FS, src.Root); err == nil {
					data[0] = '!' // it is the caller's
				}
				if data, err := fs.ReadFile(src.FS, src.Root); err != nil || string(data) != "root" {
					t.Errorf("%s is %q, %v the second time", src.Root, data, err)
				}
				for _, path := range []string{"qemu-1.0/qapi/none.json", "qemu-1.0/qapi/link.json", "qemu-1.0/qapi"} {
					if _, err := fs.ReadFile(src.FS, path); err == nil {
						t.Errorf("%s can be read", path)
					}
				}
				if err := src.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// TestArchiveIsReadLazily checks that the part after the schema is not read.
func TestArchiveIsReadLazily(t *testing.T) {
	file := pack(t, "q.tar", append(qemuLike[:5:5], member{name: "../evil.json", text: "x"}))
	src, err := Open(file + ":qapi/qapi-schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if _, err := fs.ReadFile(src.FS, "qemu-1.0/qapi/common.json"); err != nil {
		t.Error(err)
	}
	if _, err := fs.ReadFile(src.FS, "qemu-1.0/more.json"); err == nil || !strings.Contains(err.Error(), "outside the archive") {
		t.Errorf("reading on: %v", err)
	}
}

func TestBadArchives(t *testing.T) { testBadArchives(t) }

// TestBadArchivesWithoutPrograms checks that damage is reported the same way without the
// program xz.
func TestBadArchivesWithoutPrograms(t *testing.T) {
	withoutPrograms(t)
	testBadArchives(t)
}

func testBadArchives(t *testing.T) {
	good := pack(t, "q.tar", qemuLike)
	write := func(name string, data []byte) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	read := func(name string) []byte {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	goodData := read(good)
	gz := read(pack(t, "q.tar.gz", qemuLike))
	xz := read("testdata/blocks.tar.xz")
	bz := read("testdata/q.tar.bz2")
	damage := func(data []byte, from, to int) []byte {
		data = bytes.Clone(data)
		for i := from; i < to; i++ {
			data[i] ^= 0x5a
		}
		return data
	}
	mkdir := func(name string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.Mkdir(path, 0o777); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, test := range []struct{ name, spec, want string }{
		{"no file", filepath.Join(t.TempDir(), "no.tar") + ":x.json", "no such file"},
		{"no such entry", good + ":qapi/none.json", "no qapi/none.json in it"},
		{"no path", good, "which schema? This archive has 2: " + good + ":qapi/qapi-schema.json"},
		{"empty path", good + ":", "which schema? This archive has 2: " + good + ":qapi/qapi-schema.json"},
		{"path leads out", good + ":../x.json", "not the path of a file"},
		{"absolute path", good + ":/x.json", "not the path of a file"},
		{"entry leads out", pack(t, "q.tar", []member{{name: "a/../../x.json", text: "x"}}) + ":x.json", "outside the archive"},
		{"absolute entry", pack(t, "q.tar.gz", []member{{name: "/x.json", text: "x"}}) + ":x.json", "outside the archive"},
		{"empty", write("e.tar", nil) + ":x.json", "e.tar: not an archive: the file is empty"},
		{"no archive", write("n.tar.xz", bytes.Repeat([]byte("text\n"), 1000)) + ":x.json", "n.tar.xz: not a tar archive"},
		{"folder", mkdir("d.tar") + ":x.json", "is a directory"},
		{"zstd", filepath.Join("testdata", "q.tar.zst") + ":qapi/qapi-schema.json", "q.tar.zst: compressed with zstd, which cannot be read"},
		{"cut off", write("c.tar", goodData[:2050]) + ":qapi/qapi-schema.json",
			`c.tar: cut off: the tar data ends at byte 2050, after the start of entry "qemu-1.0/qapi/common.json": unexpected EOF`},
		{"cut off before an entry", write("c.tar", goodData[:100]) + ":qapi/qapi-schema.json",
			`c.tar: cut off: the tar data ends at byte 100, before its first entry`},
		{"damaged", write("c.tar", damage(goodData, 2560, 3072)) + ":qapi/qapi-schema.json", `c.tar: damaged near byte 3072 of`},
		{"gzip cut off", write("c.tar.gz", gz[:len(gz)/2]) + ":qapi/none.json", "c.tar.gz: cut off: the gzip data ends at byte"},
		{"gzip cut off in the header", write("c.tar.gz", gz[:5]) + ":qapi/none.json", "c.tar.gz: cut off: the gzip data ends at byte 5, before its first entry"},
		{"gzip damaged", write("c.tar.gz", damage(gz, 100, 108)) + ":qapi/none.json", "c.tar.gz: "},
		{"xz cut off", write("c.tar.xz", xz[:len(xz)/2]) + ":qapi/none.json", "c.tar.xz: cut off: the xz data ends at byte"},
		{"xz cut off in the header", write("c.tar.xz", xz[:8]) + ":qapi/none.json", "c.tar.xz: cut off: the xz data ends at byte 8, before its first entry"},
		{"xz damaged", write("c.tar.xz", append(damage(xz, 100, 108), make([]byte, 1<<15)...)) + ":qapi/none.json", "c.tar.xz: damaged xz data near byte"},
		{"bzip2 cut off", write("c.tar.bz2", bz[:len(bz)/2]) + ":qapi/none.json", "c.tar.bz2: cut off: the bzip2 data ends at byte"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Open(test.spec)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Open(%q): %v, want %q in it", test.spec, err, test.want)
			} else if strings.Contains(err.Error(), "(stdin)") || strings.Contains(err.Error(), "bin/xz") {
				t.Errorf("Open(%q): %v, which is about the program", test.spec, err)
			}
		})
	}
}

// TestBomb checks that a huge archive is refused.
func TestBomb(t *testing.T) {
	zero := bytes.Repeat([]byte{' '}, 1<<20)
	a := &archive{name: "bomb", ext: ".json", files: map[string][]byte{}, in: &countingReader{}}
	pr, pw := io.Pipe()
	defer pr.Close()
	go func() {
		tw := tar.NewWriter(pw)
		for {
			if tw.WriteHeader(&tar.Header{Name: "x.json", Mode: 0o644, Size: 1 << 29, Typeflag: tar.TypeReg}) != nil {
				return
			}
			for range 1 << 9 {
				if _, err := tw.Write(zero); err != nil {
					return
				}
			}
		}
	}()
	a.tar = tar.NewReader(newForwardReader(pr, 1<<20))
	if _, err := a.Open("y.json"); err == nil || !strings.Contains(err.Error(), "GiB after decompression") {
		t.Errorf("the limit on what is unpacked: %v", err)
	}

	f, err := os.Open(pack(t, "q.tar", qemuLike))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a = &archive{name: "bomb", ext: ".json", files: map[string][]byte{}, kept: maxKept - 1, tar: tar.NewReader(f), in: &countingReader{}}
	if _, err := a.Open("y.json"); err == nil || !strings.Contains(err.Error(), "more than 512 MiB of .json files") {
		t.Errorf("the limit on what is kept: %v", err)
	}
}

func TestGit(t *testing.T) {
	live.Program(t, "git")
	repo := filepath.Join(t.TempDir(), "re@po")
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=n", "-c", "user.email=e", "-C", repo}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	put := func(name, text string) {
		t.Helper()
		path := filepath.Join(repo, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	put("qapi/root.json", "one")
	put("b.json", "b")
	git("init", "-q")
	git("add", ".")
	git("commit", "-q", "-m", "one")
	git("tag", "v1")
	put("qapi/root.json", "two")
	git("commit", "-q", "-a", "-m", "two")
	git("tag", "v2")

	for _, test := range []struct{ rev, want string }{{"v1", "one"}, {"v2", "two"}, {"HEAD", "two"}, {"HEAD~1", "one"}, {"HEAD@{0}", "two"}} {
		src, err := Open("git:" + repo + "@" + test.rev + ":qapi/root.json")
		if err != nil {
			t.Fatal(err)
		}
		if data, err := fs.ReadFile(src.FS, src.Root); err != nil || string(data) != test.want {
			t.Errorf("%s: root is %q, %v", test.rev, data, err)
		}
		if data, err := fs.ReadFile(src.FS, "b.json"); err != nil || string(data) != "b" {
			t.Errorf("%s: b.json is %q, %v", test.rev, data, err)
		}
		for _, name := range []string{"none.json", "qapi"} {
			if _, err := fs.ReadFile(src.FS, name); err == nil {
				t.Errorf("%s: %s can be read", test.rev, name)
			}
		}
		if data, err := fs.ReadFile(src.FS, src.Root); err != nil || string(data) != test.want {
			t.Errorf("%s: again, root is %q, %v", test.rev, data, err)
		}
		if got, want := src.Display(src.Root), "git:"+repo+"@"+test.rev+":qapi/root.json"; got != want {
			t.Errorf("displayed as %s, want %s", got, want)
		}
		if err := src.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if _, err := fs.ReadFile(src.FS, "b.json"); err == nil {
			t.Error("a closed source can be read")
		}
	}

	for _, test := range []struct{ spec, want string }{
		{"git:" + repo + "@v3:qapi/root.json", `no revision "v3"`},
		{"git:" + repo + "@--help:qapi/root.json", "no revision"},
		{"git:" + repo + "/none@v1:qapi/root.json", "not a folder"},
		{"git:" + t.TempDir() + "@v1:qapi/root.json", "git repository"},
		{"git:" + t.TempDir(), "want git:REPO@REV:path"},
		{"git:x", "want git:REPO@REV:path"},
		{"git:" + repo + "@v1:../x.json", "not the path of a file"},
	} {
		if _, err := Open(test.spec); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("Open(%q): %v, want %q in it", test.spec, err, test.want)
		}
	}
}
