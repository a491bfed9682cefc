package outdir

import (
	"cmp"
	"io/fs"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/qapi-go/qapi-go/gen"
)

// A sharedFS calls a function before each read, as another process may do anything then.
type sharedFS struct {
	*rootFS
	before func(name string)
}

func (s *sharedFS) ReadFile(name string, buf []byte) ([]byte, error) {
	s.before(name)
	return s.rootFS.ReadFile(name, buf)
}

// checkShared compares files with a folder, with a call before each read.
func checkShared(dir string, files []gen.File, before func(name string)) (Report, error) {
	d := disk{dir, &sharedFS{&rootFS{dir: dir}, before}}
	defer d.fs.Close()
	return d.check(files, meta.Generator)
}

// TestCheckBetweenRuns checks that a run of another process, whenever it happens, is seen
// whole or not at all.
func TestCheckBetweenRuns(t *testing.T) {
	want := map[bool]Report{}
	dir, _, _ := trees(t)
	for _, written := range []bool{false, true} {
		if written {
			write(t, dir, newFiles...)
		}
		rep, err := Check(dir, newFiles, meta.Generator)
		if err != nil || rep.Clean() != written {
			t.Fatal(rep, err)
		}
		want[written] = rep
	}
	reads := 0
	for at := 1; at == 1 || reads >= at; at++ {
		dir, _, _ := trees(t)
		reads = 0
		rep, err := checkShared(dir, newFiles, func(string) {
			if reads++; reads == at {
				write(t, dir, newFiles...)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(rep, want[false]) && !reflect.DeepEqual(rep, want[true]) {
			t.Errorf("a run before read %d: a mixture of two states: %+v", at, rep.Findings)
		}
	}
	if reads < 6 {
		t.Errorf("only %d reads", reads)
	}
}

// TestCheckDuringRun checks that a check that finds a journal waits for the process that
// wrote it, wherever that is, and then sees what it made.
func TestCheckDuringRun(t *testing.T) {
	waited, ended := 0, false
	for at := 1; !ended; at++ {
		dir, _, _ := trees(t)
		paused, resume := make(chan bool, 1), make(chan bool)
		done := make(chan error, 1)
		go func() {
			w := &pausingFS{rootFS: &rootFS{dir: dir}, at: at, paused: paused, resume: resume}
			_, err := disk{dir, w}.write(newFiles, meta, false)
			done <- err
			close(paused)
		}()
		if ended = !<-paused; ended {
			break
		}
		journal := disk{dir, &rootFS{dir: dir}}.exists(journalName)
		free := !disk{dir, &rootFS{dir: dir}}.exists(lockName)
		resumed := false
		shared := &sharedFS{&rootFS{dir: dir}, func(name string) {
			if journal && !free && !resumed {
				t.Errorf("step %d: the check read %s before it waited", at, name)
			}
		}}
		rep, err := disk{dir, &lstatFS{shared, func() {
			if !resumed {
				resumed = true
				close(resume)
			}
		}}}.check(newFiles, meta.Generator)
		if !resumed {
			close(resume)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if err != nil {
			t.Fatalf("step %d: %v", at, err)
		}
		if !journal && resumed {
			t.Errorf("step %d: the check waited for a process that has put nothing in place", at)
		}
		if journal && !free {
			waited++
			if !resumed {
				t.Errorf("step %d: the check did not wait for the process that writes", at)
			}
			if !rep.Clean() {
				t.Errorf("step %d: the check saw half a run: %+v", at, rep.Findings)
			}
		}
	}
	if waited < 5 {
		t.Errorf("the check met a journal in %d steps only", waited)
	}
}

// TestCheckBeforeRun checks that a check does not trust what it reads while a process began
// to put files in place after the check began, and is still at it.
func TestCheckBeforeRun(t *testing.T) {
	met := 0
	for at, ended := 1, false; !ended; at++ {
		dir, _, _ := trees(t)
		paused, resume := make(chan bool, 1), make(chan bool)
		done := make(chan error, 1)
		var begin, end sync.Once
		proceed := func() { end.Do(func() { close(resume) }) }
		shared := &sharedFS{&rootFS{dir: dir}, func(string) {
			begin.Do(func() {
				go func() {
					_, err := disk{dir, &pausingFS{rootFS: &rootFS{dir: dir}, at: at, paused: paused, resume: resume}}.write(newFiles, meta, false)
					done <- err
					close(paused)
				}()
				ended = !<-paused
			})
		}}
		rep, err := disk{dir, &lstatFS{shared, proceed}}.check(newFiles, meta.Generator)
		journal := disk{dir, &rootFS{dir: dir}}.exists(journalName)
		proceed()
		if err := cmp.Or(err, <-done); err != nil {
			t.Fatalf("step %d: %v", at, err)
		}
		if journal {
			t.Errorf("step %d: the check ended beside a run: %+v", at, rep.Findings)
		}
		if rep.Clean() {
			met++
		}
	}
	if met < 5 {
		t.Errorf("the check met a run in %d steps only", met)
	}
}

// A pausingFS stops before one step of a run until it may go on.
type pausingFS struct {
	*rootFS
	step   int
	at     int
	paused chan<- bool
	resume <-chan bool
}

func (p *pausingFS) pause() {
	if p.step++; p.step == p.at {
		p.paused <- true
		<-p.resume
	}
}

func (p *pausingFS) Rename(from, to string) error { p.pause(); return p.rootFS.Rename(from, to) }
func (p *pausingFS) Remove(name string) error     { p.pause(); return p.rootFS.Remove(name) }
func (p *pausingFS) Link(from, to string) error   { p.pause(); return p.rootFS.Link(from, to) }
func (p *pausingFS) MkdirAll(name string) error   { p.pause(); return p.rootFS.MkdirAll(name) }

// An lstatFS signals when a process is about to lock the folder.
type lstatFS struct {
	*sharedFS
	locking func()
}

func (l *lstatFS) Lstat(name string) (fs.FileInfo, error) {
	if name == lockName {
		l.locking()
	}
	return l.rootFS.Lstat(name)
}

// TestCheckNeverSettles checks that a folder that changes with each comparison is an error,
// not a report.
func TestCheckNeverSettles(t *testing.T) {
	dir, _, _ := trees(t)
	runs := 0
	_, err := checkShared(dir, newFiles, func(name string) {
		if name == "a.go" {
			files := oldFiles
			if runs++; runs%2 == 1 {
				files = newFiles
			}
			write(t, dir, files...)
		}
	})
	if err == nil || !strings.Contains(err.Error(), "keeps changing while it is compared") {
		t.Errorf("after %d runs: %v", runs, err)
	}
}
