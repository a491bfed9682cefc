package lint

import (
	"fmt"
	"go/token"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/diag"
)

// A comment is a comment with findings to ignore.
type comment struct {
	from, to token.Pos
	code     diag.Code
	used     bool
}

// ignoreWord starts such a comment.
const ignoreWord = "qapi-go:ignore"

// A scope is where a rule is ignored: the item or the line that starts at start.
type scope struct {
	code  diag.Code
	start token.Pos
	item  bool
}

// applyComments returns the findings that no comment ignores, and those about comments.
func (l *linter) applyComments() []*diag.Diagnostic {
	items := make(map[*token.File][]*item) // in source order
	var files []*token.File
	for _, it := range l.items {
		f := l.IR.Fset.File(it.decl.Pos())
		if items[f] == nil {
			files = append(files, f)
		}
		items[f] = append(items[f], it)
	}
	var all []*comment
	in := make(map[scope][]*comment)
	for _, f := range files {
		all = append(all, l.comments(f, items[f], in)...)
	}
	l.found = slices.DeleteFunc(l.found, func(d *diag.Diagnostic) bool {
		f := l.IR.Fset.File(d.Pos)
		if len(in) == 0 || f == nil {
			return false
		}
		hit := in[scope{d.Code, f.LineStart(f.Line(d.Pos)), false}]
		if it := itemAt(items[f], d.Pos); it != nil && it.from() <= d.Pos {
			hit = append(slices.Clip(hit), in[scope{d.Code, it.from(), true}]...)
		}
		for _, c := range hit {
			c.used = true
		}
		return len(hit) > 0
	})
	for _, c := range all {
		if !c.used && l.on[c.code] && l.on[codeIgnoreUnused] {
			l.warn(codeIgnoreUnused, nil, c.from, c.to, fmt.Sprintf("no %s to ignore here", c.code))
		}
	}
	return l.found
}

// endsAfter returns the index of the first item that ends after pos, or the number of
// items.
func endsAfter(items []*item, pos token.Pos) int {
	i, _ := slices.BinarySearchFunc(items, pos, func(it *item, pos token.Pos) int {
		if it.decl.End() <= pos {
			return -1
		}
		return 1
	})
	return i
}

// itemAt returns the first item that ends after pos, or nil.
func itemAt(items []*item, pos token.Pos) *item {
	if i := endsAfter(items, pos); i < len(items) {
		return items[i]
	}
	return nil
}

// comments collects the comments of a file that ignore findings, by scope, and reports
// invalid ones.
func (l *linter) comments(file *token.File, items []*item, in map[scope][]*comment) []*comment {
	text := l.Text(file.Name())
	if !strings.Contains(text, ignoreWord) {
		return nil
	}
	var list []*comment
	written := items[0].file.Comments
	offsets := make([]int, len(written))
	for i, c := range written {
		offsets[i] = file.Offset(c.From)
	}
	next := codeLines(text, offsets)
	for i, at := range offsets {
		length := lineLength(text[at:])
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
		list = append(list, c)
		if s := c.scope(file, items, text, next[i]); s.start.IsValid() {
			in[s] = append(in[s], c)
		}
	}
	return list
}

// scope returns the scope of a comment. Next is the start of the next line that is not only
// a comment.
func (c *comment) scope(file *token.File, items []*item, text string, next int) scope {
	line := file.LineStart(file.Line(c.from))
	own := strings.TrimSpace(text[file.Offset(line):file.Offset(c.from)]) == ""
	it := itemAt(items, c.from)
	inside := it != nil && it.decl.Pos() < c.from
	switch {
	case inside && own:
		return scope{c.code, file.Pos(next), false}
	case inside:
		return scope{c.code, line, false}
	case !own:
		// It follows an item that ends on its line.
		if i := endsAfter(items, c.from) - 1; i >= 0 {
			return scope{c.code, items[i].from(), true}
		}
	}
	if it == nil {
		return scope{}
	}
	return scope{c.code, it.from(), true}
}

// wrongComment describes what is wrong with the words of a comment, or returns "".
func wrongComment(words []string) string {
	switch {
	case len(words) == 1:
		return "no rule to ignore"
	case ruleOf(words[1]) == nil:
		return unknown("rule", words[1], ruleNames()).Error()
	case len(words) == 2:
		return fmt.Sprintf("no reason to ignore %s", words[1])
	}
	return ""
}

// codeLines returns, for each comment, the start of the next line that is not only a
// comment, or the end of the text.
func codeLines(text string, comments []int) []int {
	next := make([]int, len(comments))
	for i := len(comments) - 1; i >= 0; i-- {
		at := comments[i] + lineLength(text[comments[i]:])
		rest := text[min(at, len(text)):]
		at += len(rest) - len(strings.TrimLeft(rest, " \t\n"))
		switch {
		case i+1 < len(comments) && comments[i+1] == at:
			next[i] = next[i+1]
		default:
			next[i] = strings.LastIndexByte(text[:at], '\n') + 1
		}
	}
	return next
}

// lineLength returns the length of the first line of a text, without the newline.
func lineLength(text string) int {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return i
	}
	return len(text)
}
