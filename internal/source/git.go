package source

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path"
	"strconv"
	"strings"
	"sync"
)

var errNotFile = errors.New("it is not a file")

// maxBlob is the maximum size of a file in a repository.
const maxBlob = 64 << 20

// Git returns the schema with the root file at root in revision rev of the git repository in
// the folder repo. It runs the git command to read objects of the repository; nothing is
// checked out or fetched. If root is empty or is not a file, the error is an [*UnclearError]
// that lists the schemas in the revision.
func Git(repo, rev, root string) (*Source, error) {
	root = path.Clean(root)
	if !fs.ValidPath(root) || strings.Contains(root, "\n") {
		return nil, fmt.Errorf("%q is not the path of a file in a repository", root)
	}
	commit, err := revision(repo, rev)
	if err != nil {
		return nil, err
	}
	g := &gitFS{commit: commit}
	g.cmd = exec.Command("git", "-C", repo, "cat-file", "--batch")
	if g.in, err = g.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := g.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	g.out = bufio.NewReader(out)
	if err := g.cmd.Start(); err != nil {
		return nil, err
	}
	if err := g.checkRoot(repo, rev, root); err != nil {
		g.close()
		return nil, err
	}
	display := "git:" + repo + "@" + rev + ":"
	return &Source{
		FS: g, Root: root, Close: g.close,
		Display: func(p string) string { return display + p },
	}, nil
}

// checkRoot returns an error that lists the schemas of the revision if there is no file at root.
func (g *gitFS) checkRoot(repo, rev, root string) error {
	if f, err := g.Open(root); root != "." && err == nil {
		return f.Close()
	} else if root != "." && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errNotFile) {
		return nil // reported when the file is read
	}
	out, err := exec.Command("git", "-C", repo, "ls-tree", "-r", "-z", "--full-tree", "--name-only", g.commit).Output()
	if err != nil {
		return fmt.Errorf("git repository %s: %w", repo, err)
	}
	texts := make(map[string]string)
	for name := range strings.SplitSeq(strings.TrimRight(string(out), "\x00"), "\x00") {
		if path.Ext(name) == ".json" {
			texts[name] = ""
		}
	}
	found := preferNamed(texts)
	if len(found) == 0 {
		for name := range texts {
			if data, err := fs.ReadFile(g, name); err == nil {
				texts[name] = string(data)
			}
		}
		found = rootsOf(texts)
	}
	found = below(found, root)
	spec := "git:" + repo + "@" + rev
	for i, f := range found {
		found[i] = spec + ":" + f
	}
	e := unclear(spec, "revision", found)
	if root != "." {
		e.Problem = "no file " + root + " in it"
		if len(found) > 0 {
			e.Problem += "; it has"
		}
	}
	return e
}

// revision returns the commit of rev.
func revision(repo, rev string) (string, error) {
	cmd := exec.Command("git", "-C", repo, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && stderr.Len() == 0:
		return "", fmt.Errorf("git repository %s has no revision %q", repo, rev)
	case errors.As(err, &exit):
		return "", fmt.Errorf("git repository %s: %s", repo, strings.TrimSpace(stderr.String()))
	case err != nil:
		return "", err
	}
	return strings.TrimSpace(string(out)), nil
}

// gitFS is the file system of a revision. One git process serves all files.
type gitFS struct {
	commit string
	cmd    *exec.Cmd

	mu  sync.Mutex
	in  io.WriteCloser
	out *bufio.Reader
	err error // error of the process; no reads are possible after it
}

// Open returns a file of the revision.
func (g *gitFS) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) || strings.ContainsAny(name, "\n") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	data, err := g.blob(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return newFile(name, data), nil
}

// blob requests a file from the process. The response is "ID TYPE SIZE", the contents and a
// newline, or "… missing".
func (g *gitFS) blob(name string) ([]byte, error) {
	if g.err != nil {
		return nil, g.err
	}
	if _, g.err = fmt.Fprintf(g.in, "%s:%s\n", g.commit, name); g.err != nil {
		return nil, g.err
	}
	var head string
	if head, g.err = g.out.ReadString('\n'); g.err != nil {
		return nil, g.err
	}
	head = strings.TrimSuffix(head, "\n")
	if strings.HasSuffix(head, " missing") {
		return nil, fs.ErrNotExist
	}
	fields := strings.Fields(head)
	if len(fields) != 3 {
		g.err = fmt.Errorf("git says %q", head)
		return nil, g.err
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		g.err = fmt.Errorf("git says %q", head)
		return nil, g.err
	}
	keep := fields[1] == "blob" && size <= maxBlob
	if !keep {
		_, g.err = io.CopyN(io.Discard, g.out, size+1)
		if g.err == nil && fields[1] == "blob" {
			return nil, fmt.Errorf("larger than %d MiB", maxBlob>>20)
		}
		return nil, fmt.Errorf("%w, but a %s", errNotFile, strings.Replace(fields[1], "tree", "folder", 1))
	}
	data := make([]byte, size+1)
	if _, g.err = io.ReadFull(g.out, data); g.err != nil {
		return nil, g.err
	}
	return data[:size], nil
}

// close ends the process.
func (g *gitFS) close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.err == nil {
		g.err = fs.ErrClosed
	}
	g.in.Close()
	return g.cmd.Wait()
}
