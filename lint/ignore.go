package lint

import (
	"fmt"
	"go/token"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
)

// A comment is one that says which findings to leave out.
type comment struct {
	from, to token.Pos
	code     diag.Code

	start, end token.Pos // findings that start in [start, end) are left out
	used       bool
}

// ignoreWord is what such a comment begins with.
const ignoreWord = "qapi-go:ignore"

// applyComments returns the findings that no comment leaves out, and adds those
// about the comments.
func (l *linter) applyComments() []*diag.Diagnostic {
	var comments []*comment
	byFile := make(map[*ast.File][]*item)
	var files []*ast.File
	for _, it := range l.items {
		if byFile[it.file] == nil {
			files = append(files, it.file)
		}
		byFile[it.file] = append(byFile[it.file], it)
	}
	for _, f := range files {
		comments = append(comments, l.comments(byFile[f])...)
	}
	kept := slices.DeleteFunc(l.found, func(d *diag.Diagnostic) bool {
		left := false
		for _, c := range comments {
			if c.code == d.Code && c.start <= d.Pos && d.Pos < c.end {
				c.used, left = true, true
			}
		}
		return left
	})
	l.found = kept
	for _, c := range comments {
		if c.code != "" && !c.used && l.on[c.code] && l.on[codeIgnoreUnused] {
			l.warn(codeIgnoreUnused, nil, c.from, c.to, fmt.Sprintf("there is no %s here to ignore", c.code))
		}
	}
	return l.found
}

// comments returns the comments of a file that leave out findings, and reports
// those that are wrong. items are those of the file, of which there is one at
// least.
func (l *linter) comments(items []*item) []*comment {
	file := l.IR.Fset.File(items[0].decl.Pos())
	text := l.Text(file.Name())
	if !strings.Contains(text, ignoreWord) {
		return nil
	}
	var list []*comment
	for _, at := range plainComments(text, !l.release.Before(2, 9)) {
		length := strings.IndexByte(text[at:]+"\n", '\n')
		words := strings.Fields(strings.TrimLeft(text[at:at+length], "#"))
		if len(words) == 0 || words[0] != ignoreWord {
			continue
		}
		c := &comment{from: file.Pos(at), to: file.Pos(at + len(strings.TrimRight(text[at:at+length], " \t")))}
		if wrong := wrongComment(words); wrong != "" {
			if l.on[codeIgnoreInvalid] {
				l.warn(codeIgnoreInvalid, nil, c.from, c.to, wrong)
			}
			continue
		}
		c.code = diag.Code(words[1])
		l.scope(c, items, file, text, at)
		list = append(list, c)
	}
	return list
}

// wrongComment says what is wrong with the words of a comment, "" if nothing is.
func wrongComment(words []string) string {
	switch {
	case len(words) == 1:
		return "which rule is to be ignored?"
	case ruleOf(words[1]) == nil:
		return unknown("rule", words[1], ruleNames()).Error()
	case len(words) == 2:
		return fmt.Sprintf("say why %s is ignored", words[1])
	}
	return ""
}

// scope finds out for what a comment at offset at holds.
func (l *linter) scope(c *comment, items []*item, file *token.File, text string, at int) {
	lineStart := strings.LastIndexByte(text[:at], '\n') + 1
	alone := strings.TrimSpace(text[lineStart:at]) == ""
	for i, it := range items {
		switch {
		case it.decl.End() <= c.from:
			// A comment behind a definition on its last line.
			if last := i == len(items)-1 || items[i+1].from() > c.from; last && !alone && it.decl.End() >= file.Pos(lineStart) {
				c.start, c.end = it.from(), it.decl.End()
				return
			}
		case it.decl.Pos() < c.from: // inside
			c.start = file.Pos(lineStart)
			if alone {
				c.start = c.to
			}
			c.end = file.Pos(lineEnd(text, file.Offset(c.start), alone))
			return
		default:
			c.start, c.end = it.from(), it.decl.End()
			return
		}
	}
}

// lineEnd returns where the line at offset at ends or, with next, the first line
// behind it that holds more than a comment.
func lineEnd(text string, at int, next bool) int {
	for {
		length := strings.IndexByte(text[at:], '\n')
		if length < 0 {
			return len(text)
		}
		line := strings.TrimSpace(text[at : at+length])
		if !next || line != "" && line[0] != '#' {
			return at + length
		}
		at += length + 1
	}
}

// plainComments returns the offsets of the comments of a schema without errors.
// With docs, "##" starts documentation, which is none.
func plainComments(text string, docs bool) []int {
	var found []int
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\'':
			for i++; i < len(text) && text[i] != '\''; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '#':
			if docs && strings.HasPrefix(text[i:], "##") {
				i = docEnd(text, i)
				continue
			}
			found = append(found, i)
			i += strings.IndexByte(text[i:]+"\n", '\n')
		}
	}
	return found
}

// docEnd returns the end of the documentation comment at offset at: that of the
// next line that starts with "##".
func docEnd(text string, at int) int {
	for {
		length := strings.IndexByte(text[at:], '\n')
		if length < 0 {
			return len(text)
		}
		at += length + 1
		if line := strings.TrimLeft(text[at:], " \t"); strings.HasPrefix(line, "##") {
			return at + strings.IndexByte(text[at:]+"\n", '\n')
		}
	}
}
