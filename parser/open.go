package parser

import (
	"errors"
	"fmt"
	"go/token"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
)

// A readError is the reason why a file cannot be read.
type readError struct {
	code   diag.Code
	reason string
	pos    token.Pos // in the file, if it could be opened
}

// open reads the file at u.path and its includes. It returns nil if the file has text to parse,
// even if that has errors.
func (l *loader) open(u *unit, display string) *readError {
	l.seen[u.path] = true
	text, rerr := l.slurp(u.path)
	if rerr != nil {
		return rerr
	}
	u.src = universalNewlines(text)
	u.file = l.fset.AddFile(display, -1, len(u.src))
	lines, braces := lineStarts(u.src)
	u.file.SetLines(lines)
	u.braces = braces
	l.res.units[display] = u
	if at, what := notText(u.src); what != "" {
		return &readError{codeNotText, what, u.file.Pos(at)}
	}
	u.ast = &ast.File{Name: relative(path.Dir(l.src.Root), u.path), Display: display}
	l.res.Files = append(l.res.Files, u.ast)
	l.stack = append(l.stack, u)
	l.read(u)
	l.stack = l.stack[:len(l.stack)-1]
	return nil
}

// slurp reads the regular file at path, up to MaxFileSize. It checks the type before opening
// the file, since reading a device or FIFO may block forever.
func (l *loader) slurp(path string) (string, *readError) {
	tooLarge := &readError{code: codeFileTooLarge, reason: fmt.Sprintf("File is larger than %d MiB", MaxFileSize>>20)}
	if l.rootText != nil {
		if len(*l.rootText) > MaxFileSize {
			return "", tooLarge
		}
		return *l.rootText, nil
	}
	info, err := fs.Stat(l.src.FS, path)
	if err != nil {
		return "", &readError{code: codeReadFile, reason: reason(err)}
	}
	if mode := info.Mode(); !mode.IsRegular() {
		return "", &readError{code: codeReadFile, reason: notRegular(mode)}
	}
	if info.Size() > MaxFileSize {
		return "", tooLarge
	}
	f, err := l.src.FS.Open(path)
	if err != nil {
		return "", &readError{code: codeReadFile, reason: reason(err)}
	}
	defer f.Close()
	var text strings.Builder
	text.Grow(int(info.Size()))
	if l.buf == nil {
		l.buf = make([]byte, 16<<10)
	}
	if _, err := io.CopyBuffer(&text, io.LimitReader(f, MaxFileSize+1), l.buf); err != nil {
		return "", &readError{code: codeReadFile, reason: reason(err)}
	}
	if text.Len() > MaxFileSize {
		return "", tooLarge
	}
	return text.String(), nil
}

// reason words an error as the C library does, since QEMU's compiler quotes strerror.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "No such file or directory"
	case errors.Is(err, fs.ErrPermission):
		return "Permission denied"
	}
	var perr *fs.PathError
	if errors.As(err, &perr) {
		err = perr.Err
	}
	return err.Error()
}

// notRegular describes a file that is not a regular one.
func notRegular(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "Is a directory"
	case mode&fs.ModeDevice != 0:
		return "Is a device"
	case mode&fs.ModeNamedPipe != 0:
		return "Is a FIFO"
	case mode&fs.ModeSocket != 0:
		return "Is a socket"
	}
	return "Is not a regular file"
}

// notText returns where and why src is not text. The reason is empty if src is text.
func notText(src string) (int, string) {
	at := strings.IndexByte(src, 0)
	if at >= 0 {
		return at, "Is not text (NUL byte)"
	}
	if utf8.ValidString(src) {
		return 0, ""
	}
	for i, r := range src {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(src[i:]); size == 1 {
				return i, "Is not text (invalid UTF-8)"
			}
		}
	}
	return 0, ""
}

// universalNewlines replaces "\r\n" and "\r" with "\n", as Python does when it reads a text
// file.
func universalNewlines(src string) string {
	if !strings.Contains(src, "\r") {
		return src
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(src)
}

// lineStarts returns the offsets of the lines of src, and how many lines after the first start
// with '{'.
func lineStarts(src string) (lines []int, braces int) {
	lines = make([]int, 1, strings.Count(src, "\n")+1)
	for pos := 0; ; {
		i := strings.IndexByte(src[pos:], '\n')
		if pos += i + 1; i < 0 || pos == len(src) {
			return lines, braces
		}
		if src[pos] == '{' {
			braces++
		}
		lines = append(lines, pos)
	}
}
