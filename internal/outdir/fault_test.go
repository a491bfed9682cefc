package outdir

import (
	"errors"
	"io/fs"
	"maps"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"github.com/qapi-go/qapi-go/gen"
)

// A brokenFS fails on the step with the number in fail, counted from 1. If it is
// dead, so does every step after it: the process was killed.
type brokenFS struct {
	*rootFS
	step, fail int
	err        error
	dead       bool
	noLinks    bool
}

func (b *brokenFS) failing() error {
	if b.step++; b.step == b.fail || b.dead && b.step > b.fail {
		return b.err
	}
	return nil
}

// in returns a disk that fails as b describes.
func (b *brokenFS) in(dir string) disk {
	b.rootFS = &rootFS{dir: dir}
	return disk{dir, b}
}

func (b *brokenFS) MakeFolder(path string) error {
	if err := b.failing(); err != nil {
		return err
	}
	return b.rootFS.MakeFolder(path)
}

func (b *brokenFS) RemoveFolder(path string) error {
	if err := b.failing(); err != nil {
		return err
	}
	return b.rootFS.RemoveFolder(path)
}

func (b *brokenFS) MkdirAll(name string) error {
	if err := b.failing(); err != nil {
		return err
	}
	return b.rootFS.MkdirAll(name)
}

func (b *brokenFS) Create(name string, perm fs.FileMode, data []byte) error {
	if err := b.failing(); err != nil {
		if b.step == b.fail { // as when the disk fills up in the middle of a file
			if e := b.rootFS.Create(name, perm, data[:len(data)/2]); e != nil {
				return e
			}
		}
		return err
	}
	return b.rootFS.Create(name, perm, data)
}

func (b *brokenFS) Rename(from, to string) error {
	if err := b.failing(); err != nil {
		return err
	}
	return b.rootFS.Rename(from, to)
}

func (b *brokenFS) Remove(name string) error {
	if err := b.failing(); err != nil {
		return err
	}
	return b.rootFS.Remove(name)
}

func (b *brokenFS) Link(from, to string) error {
	if b.noLinks {
		return errors.ErrUnsupported
	}
	if err := b.failing(); err != nil {
		return err
	}
	return b.rootFS.Link(from, to)
}

// The files before and after the run that fails.
var (
	oldFiles   = []gen.File{{Path: "a.go", Data: []byte(mark + "a")}, {Path: "b.go", Data: []byte(mark + "b")}, {Path: "old/c.go", Data: []byte(mark)}}
	otherFiles = []gen.File{{Path: "a.go", Data: []byte(mark + "a3")}, {Path: "b.go", Data: []byte(mark + "b3")}, {Path: "new/x/d.go", Data: []byte(mark + "3")}}
	newFiles   = []gen.File{{Path: "a.go", Data: []byte(mark + "a2")}, {Path: "b.go", Data: []byte(mark + "b2")}, {Path: "new/x/d.go", Data: []byte(mark)}}
)

// trees returns the folder with the old files, and what it and one with the new
// files hold.
func trees(t *testing.T) (dir string, before, after map[string]string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "out")
	write(t, dir, oldFiles...)
	before = tree(t, dir)
	other := filepath.Join(t.TempDir(), "out")
	write(t, other, newFiles...)
	return dir, before, tree(t, other)
}

// steps counts the steps of a run that replaces the old files by the new ones.
func steps(t *testing.T) int {
	t.Helper()
	dir, _, after := trees(t)
	count := &brokenFS{}
	if _, err := count.in(dir).write(newFiles, meta, false); err != nil {
		t.Fatal(err)
	}
	sameTree(t, tree(t, dir), after)
	if count.step < 20 {
		t.Fatalf("only %d steps", count.step)
	}
	return count.step
}

// TestWriteFails checks that whatever step fails, the folder is as it was, or as
// it should be if no more than tidying up was left to do.
func TestWriteFails(t *testing.T) {
	failures := 0
	for fail := range steps(t) {
		for _, noLinks := range []bool{false, true} {
			dir, before, after := trees(t)
			broken := &brokenFS{fail: fail + 1, err: syscall.ENOSPC, noLinks: noLinks}
			_, err := broken.in(dir).write(newFiles, meta, false)
			if err != nil {
				failures++
				if !errors.Is(err, syscall.ENOSPC) {
					t.Fatalf("step %d: %v", fail+1, err)
				}
				sameTree(t, tree(t, dir), before)
			}
			// The next run comes to the same end. A folder that is empty and could
			// not be removed may stay.
			write(t, dir, newFiles...)
			sameTree(t, products(tree(t, dir)), products(after))
		}
	}
	if failures < 30 {
		t.Errorf("only %d runs failed", failures)
	}
}

// TestWriteFailsFirst checks that a failed first run leaves no files.
func TestWriteFailsFirst(t *testing.T) {
	for fail := 1; fail <= 9; fail++ {
		parent := t.TempDir()
		broken := &brokenFS{fail: fail, err: syscall.EACCES}
		_, err := broken.in(filepath.Join(parent, "x", "out")).write([]gen.File{{Path: "a.go", Data: []byte(mark)}}, meta, false)
		if !errors.Is(err, syscall.EACCES) {
			t.Fatalf("step %d: %v", fail, err)
		}
		sameTree(t, tree(t, parent), nil)
	}
}

// TestWriteKilled checks what is left of a run that ends at any step. Either the
// old files or the new ones are all there, or Check says that a run was
// interrupted; and the next run puts the old ones back before it does its own
// work.
func TestWriteKilled(t *testing.T) {
	whole, mixed, fresh := 0, 0, 0
	read := func(string) ([]byte, error) { return nil, nil }
	built := Meta{Generator: "go", Build: "x", Inputs: []Input{{"vm.json", hash(nil)}}}
	done := filepath.Join(t.TempDir(), "out")
	if _, err := Write(done, newFiles, built); err != nil {
		t.Fatal(err)
	}
	for fail := range steps(t) + 1 {
		for _, noLinks := range []bool{false, true} {
			dir, before, after := trees(t)
			killed := errors.New("killed")
			broken := &brokenFS{fail: fail + 1, err: killed, dead: true, noLinks: noLinks}
			if _, err := broken.in(dir).write(newFiles, built, false); err != nil && !errors.Is(err, killed) {
				t.Fatalf("step %d: %v", fail+1, err)
			}
			left := products(tree(t, dir))
			rep, err := Check(dir, newFiles, "go")
			if err != nil {
				t.Fatal(err)
			}
			switch interrupted := rep.has(Interrupted); {
			case interrupted:
				mixed++
				// Neither the files that were renamed nor the others are edited, whatever they
				// are compared with.
				other, err := Check(dir, otherFiles, "go")
				if err != nil {
					t.Fatal(err)
				}
				if rep.has(Edited) || other.has(Edited) {
					t.Errorf("step %d: %+v and %+v, but nothing was edited", fail+1, rep, other)
				}
			case maps.Equal(left, products(before)), maps.Equal(left, products(tree(t, done))):
				whole++
			default:
				t.Errorf("step %d: files are mixed, and Check says %+v", fail+1, rep)
			}
			_, ok := UpToDate(dir, built, read)
			if ok != maps.Equal(tree(t, dir), tree(t, done)) {
				t.Errorf("step %d: up to date: %v", fail+1, ok)
			}
			if ok {
				fresh++
			}

			// A run that only restores the old files.
			if fail%2 == 0 {
				write(t, dir, oldFiles...)
				sameTree(t, tree(t, dir), before)
			}
			write(t, dir, newFiles...)
			sameTree(t, tree(t, dir), after)
		}
	}
	if whole < 20 || mixed < 10 || fresh == 0 {
		t.Errorf("%d times whole, %d times interrupted, %d times up to date", whole, mixed, fresh)
	}
}

// TestFirstRunKilled checks that a first run that was interrupted is reported as such only: it
// has no manifest yet.
func TestFirstRunKilled(t *testing.T) {
	interrupted := 0
	for fail := range 40 {
		dir := t.TempDir()
		killed := errors.New("killed")
		broken := &brokenFS{fail: fail + 1, err: killed, dead: true}
		if _, err := broken.in(dir).write(newFiles, meta, false); err != nil && !errors.Is(err, killed) {
			t.Fatalf("step %d: %v", fail+1, err)
		}
		rep, err := Check(dir, newFiles, meta.Generator)
		if err != nil {
			t.Fatal(err)
		}
		if !rep.has(Interrupted) {
			continue
		}
		interrupted++
		for _, f := range rep.Findings {
			if f.Path == ManifestName && f.State != Interrupted {
				t.Errorf("step %d: the manifest is %s", fail+1, f.State)
			}
		}
	}
	if interrupted == 0 {
		t.Error("no run was interrupted")
	}
}

// has reports whether a file is in that state.
func (r Report) has(s State) bool {
	for _, f := range r.Findings {
		if f.State == s {
			return true
		}
	}
	return false
}

// products returns what of a tree is not there for the moment only.
func products(files map[string]string) map[string]string {
	files = maps.Clone(files)
	for name := range files {
		if strings.HasPrefix(name, workName) || name == lockName || strings.HasSuffix(name, "/") {
			delete(files, name)
		}
	}
	return files
}

// TestRecoverKeepsEdits checks that what a user does to a folder after a run was killed is
// not undone.
func TestRecoverKeepsEdits(t *testing.T) {
	dir, _, _ := trees(t)
	// All files are in their places, and the manifest is not.
	killed := errors.New("killed")
	for fail := 1; ; fail++ {
		broken := &brokenFS{fail: fail, err: killed, dead: true}
		broken.in(dir).write(newFiles, meta, false)
		if _, there := tree(t, dir)["new/x/d.go"]; there {
			break
		}
		write(t, dir, oldFiles...)
	}
	put(t, dir, "a.go", mark+"edited")
	if err := openDisk(dir).recover(); err != nil {
		t.Fatal(err)
	}
	got := products(tree(t, dir))
	delete(got, ManifestName)
	want := map[string]string{"a.go": mark + "edited", "b.go": mark + "b", "old/c.go": mark}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
}

// TestJournalDamaged checks that a journal that cannot be read is an error, and
// that it leads to no file outside of the folder.
func TestJournalDamaged(t *testing.T) {
	for _, text := range []string{"", "{", `{"format": 2}`, `{"format": 1, "steps": [{"path": "../x", "had": true}]}`, `{"format": 1, "folders": ["/x"]}`} {
		dir := t.TempDir()
		put(t, dir, journalName, text)
		for _, err := range []error{
			func() error { _, err := Write(dir, oldFiles, meta); return err }(),
			func() error { _, err := Check(dir, oldFiles, "go"); return err }(),
		} {
			if err == nil || !strings.Contains(err.Error(), "is damaged") {
				t.Errorf("%q: %v", text, err)
			}
		}
		sameTree(t, tree(t, dir), map[string]string{workName + "/": "", journalName: text})
	}
}
