package main

import (
	"errors"
	"fmt"
	"go/token"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/aymanbagabas/go-udiff"
	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/schemafmt"
	"github.com/qapi-go/qapi-go/internal/source"
	"github.com/qapi-go/qapi-go/parser"
)

// A formatting holds the flags of fmt.
type formatting struct {
	load  loader
	write bool
	diff  bool
}

func newFmt() *cobra.Command {
	var f formatting
	cmd := &cobra.Command{
		Use:   "fmt [-w|-d] FILE...",
		Short: "Format schema files",
		Long: `fmt prints schema files in a uniform layout, which is that of most of QEMU's schemas.
Only white space changes: tokens, comments and documentation stay as they are. Line
breaks between members are kept, unless a line would exceed 80 columns.

With -w, changed files are written; with -d, the changes are printed as a unified
diff. "-" is standard input. Files with syntax errors are left as they are. Included
files are formatted only if they are named too; a folder stands for all files of the
schema in it.

Exit status: 0 done; 1 syntax errors or, with -d, changes; 2 could not run.`,
		Example: `  qapi-go fmt qapi/block.json
  qapi-go fmt -w qapi/*.json
  qapi-go fmt -d qemu/
  qapi-go fmt - < draft.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef(cmd, "fmt takes one or more files, or - for standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.load.check(cmd); err != nil {
				return err
			}
			if f.write && f.diff {
				return usagef(cmd, "-w and -d exclude each other")
			}
			if f.write && slices.Contains(args, stdinName) {
				return usagef(cmd, "-w cannot write standard input")
			}
			return f.run(cmd, args)
		},
	}
	f.load.addFlags(cmd)
	cmd.Flags().BoolVarP(&f.write, "write", "w", false, "write changed files")
	cmd.Flags().BoolVarP(&f.diff, "diff", "d", false, "print changes as a unified diff")
	return cmd
}

// stdinName is the name of standard input.
const stdinName = "-"

// run formats files.
func (f *formatting) run(cmd *cobra.Command, names []string) error {
	names, err := f.files(cmd, names)
	if err != nil {
		return err
	}
	changed, bad := 0, 0
	for _, name := range names {
		did, err := f.file(cmd, name)
		switch {
		case errors.Is(err, driver.ErrFindings):
			bad++
		case err != nil:
			return err
		case did:
			changed++
		}
	}
	if err := f.load.Finish(cmd.ErrOrStderr()); err != nil {
		return err
	}
	what := map[bool]string{true: "changed", false: "would change"}[f.write]
	if f.write || f.diff || bad > 0 {
		driver.Note(f.load.Notes(cmd.ErrOrStderr()), "%s: %d %s, %d with errors", driver.Plural(len(names), "file"), changed, what, bad)
	}
	if bad > 0 || f.diff && changed > 0 {
		return driver.ErrFindings
	}
	return nil
}

// files returns names with each folder replaced by the files of the schema in it. Names that
// are no files to write are refused.
func (f *formatting) files(cmd *cobra.Command, names []string) ([]string, error) {
	var files []string
	for _, name := range names {
		info, err := os.Stat(name)
		_, took, _ := source.Find(name)
		if name == stdinName || took == "" && err == nil && info.Mode().IsRegular() && !source.IsArchive(name) {
			if _, ok := source.Introspection(name); ok {
				return nil, fmt.Errorf("%s is an answer to query-qmp-schema, not schema text", name)
			}
			files = append(files, name)
			continue
		}
		if took == "" && (err != nil || !info.IsDir()) {
			return nil, notFormatted(name, err)
		}
		src, err := f.load.Open(name, cmd.ErrOrStderr())
		if err != nil {
			return nil, err
		}
		res := parser.Load(token.NewFileSet(), parser.Source{FS: src.FS, Root: src.Root}, new(diag.List))
		src.Close()
		for _, file := range res.Files {
			files = append(files, filepath.FromSlash(src.Display(path.Join(path.Dir(src.Root), file.Name))))
		}
	}
	return files, nil
}

// notFormatted returns why there is no file of that name to format; err is that of looking for it.
func notFormatted(name string, err error) error {
	_, server := source.Server(name)
	switch {
	case server:
		return fmt.Errorf("%s is a server, and has no files to format", name)
	case source.IsArchive(name), strings.HasPrefix(name, "git:"), strings.Contains(name, ".tar") && strings.Contains(name, ":"):
		return fmt.Errorf("%s: fmt formats files; \"%s vendor --from\" copies them out of an archive or a git revision", name, invocation())
	case err != nil:
		return err
	}
	return fmt.Errorf("%s is not a regular file", name)
}

// file formats one file and reports whether that changes it.
func (f *formatting) file(cmd *cobra.Command, name string) (changed bool, err error) {
	text, display, err := readFile(cmd.InOrStdin(), name)
	if err != nil {
		return false, err
	}
	if err := f.check(cmd.ErrOrStderr(), display, text); err != nil {
		return false, err
	}
	result := schemafmt.Source(string(text))
	changed = result != string(text)
	switch {
	case f.diff:
		var diff string
		if diff, err = udiff.ToUnified(display, display, string(text), layoutEdits(string(text), result), udiff.DefaultContextLines); err == nil {
			_, err = io.WriteString(cmd.OutOrStdout(), diff)
		}
	case !f.write:
		_, err = io.WriteString(cmd.OutOrStdout(), result)
	case changed:
		err = replaceFile(name, []byte(result))
	}
	return changed, err
}

// layoutEdits returns the edits from one text to another that differs only in white space, line
// by line. A general algorithm would give up on so many.
func layoutEdits(before, after string) []udiff.Edit {
	a, b := strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")
	var edits []udiff.Edit
	for start := 0; len(a) > 0 || len(b) > 0; {
		// The least number of lines of both that hold the same.
		n, m := min(1, len(a)), min(1, len(b))
		inA, inB := solid(a[:n]), solid(b[:m])
		for inA != inB && (n < len(a) || m < len(b)) {
			if m == len(b) || n < len(a) && inA <= inB {
				inA += solid(a[n : n+1])
				n++
			} else {
				inB += solid(b[m : m+1])
				m++
			}
		}
		old, new := strings.Join(a[:n], ""), strings.Join(b[:m], "")
		for n > 0 && m > 0 && n+m > 2 && a[n-1] == b[m-1] { // without a common end
			old, new = strings.TrimSuffix(old, a[n-1]), strings.TrimSuffix(new, b[m-1])
			n, m = n-1, m-1
		}
		if last := len(edits) - 1; old != new && last >= 0 && edits[last].End == start {
			edits[last].End += len(old)
			edits[last].New += new
		} else if old != new {
			edits = append(edits, udiff.Edit{Start: start, End: start + len(old), New: new})
		}
		start += len(old)
		a, b = a[n:], b[m:]
	}
	return edits
}

// solid counts the characters of lines that are not white space.
func solid(lines []string) int {
	n := 0
	for _, line := range lines {
		for _, r := range line {
			if !unicode.IsSpace(r) {
				n++
			}
		}
	}
	return n
}

// readFile reads a file or standard input, up to one byte more than a schema file may have.
func readFile(stdin io.Reader, name string) (text []byte, display string, err error) {
	if name == stdinName {
		text, err = io.ReadAll(io.LimitReader(stdin, parser.MaxFileSize+1))
		return text, "<stdin>", err
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, "", err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, "", fmt.Errorf("%s is not a regular file", name)
	}
	text, err = io.ReadAll(io.LimitReader(file, parser.MaxFileSize+1))
	return text, filepath.ToSlash(name), err
}

// check reports the syntax errors of a file.
func (f *formatting) check(stderr io.Writer, display string, text []byte) error {
	fset, errs := token.NewFileSet(), new(diag.List)
	errs.Fset = fset
	errs.Lookup = parser.Syntax(fset, display, string(text), f.load.Release, errs).Lookup
	if !errs.HasErrors() {
		return nil
	}
	if err := f.load.Report(stderr, errs); err != nil {
		return err
	}
	return driver.ErrFindings
}

// replaceFile replaces the contents of an existing file atomically. A symbolic link is followed.
func replaceFile(name string, data []byte) error {
	name, err := filepath.EvalSymlinks(name)
	if err != nil {
		return err
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-")
	if err != nil {
		return err
	}
	_, err = temp.Write(data)
	err = errors.Join(err, temp.Chmod(info.Mode().Perm()), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), name)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", name, err), os.Remove(temp.Name()))
	}
	return nil
}
