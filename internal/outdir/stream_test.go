package outdir

import (
	"errors"
	"iter"
	"maps"
	"reflect"
	"syscall"
	"testing"

	"github.com/qapi-go/qapi-go/gen"
)

// stream yields files, and then an error if there is one.
func stream(files []gen.File, err error) iter.Seq2[gen.File, error] {
	return func(yield func(gen.File, error) bool) {
		for _, f := range files {
			if !yield(f, nil) {
				return
			}
		}
		if err != nil {
			yield(gen.File{}, err)
		}
	}
}

// TestWriteStream checks that a stream of files leaves what the same files leave at
// once.
func TestWriteStream(t *testing.T) {
	dir, _, after := trees(t)
	edited := gen.File{Path: "b.go", Data: []byte("by hand")}
	put(t, dir, edited.Path, string(edited.Data))
	got, err := WriteStream(dir, stream(newFiles, nil), meta, false)
	if err != nil {
		t.Fatal(err)
	}
	want := Result{Written: []string{"a.go", "b.go", "new/x/d.go"}, Removed: []string{"old/c.go"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	sameTree(t, tree(t, dir), after)
	if got, err := WriteStream(dir, stream(newFiles, nil), meta, false); err != nil || got.Unchanged != 3 || got.Written != nil {
		t.Errorf("again: %+v, %v", got, err)
	}
}

// TestWriteStreamFails checks that a stream that cannot be written, for whatever reason,
// leaves the folder as it was.
func TestWriteStreamFails(t *testing.T) {
	broken := errors.New("no more")
	for name, files := range map[string]iter.Seq2[gen.File, error]{
		"an error":          stream(newFiles, broken),
		"a file twice":      stream(append(newFiles, newFiles[0]), nil),
		"a bad path":        stream(append(newFiles, gen.File{Path: "../x"}), nil),
		"a file and folder": stream(append(newFiles, gen.File{Path: "new/x"}), nil),
	} {
		dir, before, _ := trees(t)
		if _, err := WriteStream(dir, files, meta, false); err == nil {
			t.Errorf("%s: no error", name)
		}
		sameTree(t, tree(t, dir), before)
	}
	failed := 0
	for fail := range 60 {
		dir, before, after := trees(t)
		_, err := (&brokenFS{fail: fail + 1, err: syscall.ENOSPC}).in(dir).writeStream(stream(newFiles, nil), meta, false)
		if err == nil {
			sameTree(t, products(tree(t, dir)), products(after))
			continue
		}
		failed++
		if got := tree(t, dir); !maps.Equal(got, before) {
			t.Errorf("step %d, %v: the folder has changed", fail+1, err)
		}
	}
	if failed < 15 {
		t.Errorf("only %d runs failed", failed)
	}
}
