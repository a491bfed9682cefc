package site_test

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"
)

// A document is what a page consists of, as far as tests ask.
type document struct {
	elements int
	ids      map[string]bool
	links    []string          // of href and src
	texts    map[string]string // by id: all text inside
	headings []string
	problems []string
}

// void are the elements without an end tag.
var void = []string{"br", "link", "meta"}

// phrasing are the elements that may stand in running text.
var phrasing = []string{"a", "br", "code", "em", "small", "span", "strong"}

// holdsPhrasing are the elements that contain only phrasing content.
var holdsPhrasing = []string{"a", "caption", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "p", "pre", "small", "span", "strong", "summary"}

// parents are the elements that must contain an element.
var parents = map[string][]string{
	"li": {"ul", "ol"}, "tr": {"thead", "tbody"}, "td": {"tr"}, "th": {"tr"}, "thead": {"table"}, "tbody": {"table"},
	"caption": {"table"}, "dt": {"dl", "div"}, "dd": {"dl", "div"}, "summary": {"details"}, "head": {"html"}, "body": {"html"},
	"main": {"div"}, "title": {"head"}, "meta": {"head"}, "link": {"head"}, "script": {"head"},
}

// onlyHolds are the elements that an element may contain, apart from text.
var onlyHolds = map[string][]string{
	"ul": {"li"}, "ol": {"li"}, "table": {"caption", "thead", "tbody"}, "tbody": {"tr"}, "thead": {"tr"}, "tr": {"td", "th"}, "dl": {"dt", "dd", "div"},
}

// An element is one that is open.
type element struct {
	tag, id string
	start   int // of its content in the text
}

// parse reads a page strictly: everything that a browser would have to repair is
// a problem.
func parse(page string) *document {
	d := &document{ids: make(map[string]bool), texts: make(map[string]string)}
	rest, ok := strings.CutPrefix(page, "<!DOCTYPE html>\n")
	if !ok {
		d.problem("no doctype")
	}
	var stack []element
	var text strings.Builder
	for rest != "" {
		open := strings.IndexByte(rest, '<')
		if open < 0 {
			open = len(rest)
		}
		d.checkText(rest[:open])
		if strings.TrimSpace(rest[:open]) != "" && len(stack) > 0 && onlyHolds[stack[len(stack)-1].tag] != nil {
			d.problem("text %q in %s", rest[:open], stack[len(stack)-1].tag)
		}
		text.WriteString(html.UnescapeString(rest[:open]))
		if rest = rest[open:]; rest == "" {
			break
		}
		end := strings.IndexByte(rest, '>')
		if end < 0 {
			d.problem("a tag is not closed: %.40s", rest)
			break
		}
		tag := rest[1:end]
		rest = rest[end+1:]
		if name, isEnd := strings.CutPrefix(tag, "/"); isEnd {
			if len(stack) == 0 || stack[len(stack)-1].tag != name {
				d.problem("</%s> closes nothing: open are %v", name, stack)
				break
			}
			e := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if e.id != "" {
				d.texts[e.id] = text.String()[e.start:]
			}
			if len(name) == 2 && name[0] == 'h' && name != "hr" {
				d.headings = append(d.headings, name+" "+strings.TrimSpace(text.String()[e.start:]))
			}
			continue
		}
		name, attributes, _ := strings.Cut(tag, " ")
		d.elements++
		id := d.attributes(name, attributes)
		d.nesting(name, stack)
		if !slices.Contains(void, name) {
			stack = append(stack, element{name, id, text.Len()})
		}
	}
	if len(stack) > 0 {
		d.problem("%v are not closed", stack)
	}
	if n := strings.Count(page, "<h1>"); n != 1 {
		d.problem("%d h1", n)
	}
	return d
}

func (d *document) problem(format string, args ...any) {
	d.problems = append(d.problems, fmt.Sprintf(format, args...))
}

// checkText checks that text has no special characters.
func (d *document) checkText(s string) {
	if strings.Contains(s, ">") {
		d.problem("a bare > in %q", s)
	}
	for i := range len(s) {
		if s[i] == '&' && html.UnescapeString(s[i:min(len(s), i+8)]) == s[i:min(len(s), i+8)] {
			d.problem("a bare & in %q", s)
		}
		if s[i] < ' ' && s[i] != '\n' && s[i] != '\t' {
			d.problem("a control character in %q", s)
		}
	}
}

// attributes reads the attributes of an element and returns its id.
func (d *document) attributes(tag, s string) (id string) {
	seen := make(map[string]bool)
	for s != "" {
		n := strings.IndexAny(s, "= ")
		if n < 0 {
			n = len(s)
		}
		name, value := s[:n], ""
		s = s[n:]
		if strings.HasPrefix(s, `="`) {
			end := strings.IndexByte(s[2:], '"')
			if end < 0 {
				d.problem("the value of %s is not closed", name)
				return id
			}
			value, s = s[2:2+end], s[2+end+1:]
		} else if strings.HasPrefix(s, "=") {
			d.problem("the value of %s is not quoted", name)
			return id
		}
		s = strings.TrimPrefix(s, " ")
		d.checkText(value)
		if seen[name] || strings.HasPrefix(name, "on") || name == "style" {
			d.problem("attribute %s in %s", name, tag)
		}
		seen[name] = true
		switch value = html.UnescapeString(value); name {
		case "id":
			if d.ids[value] || value == "" || strings.ContainsAny(value, " \t\n") {
				d.problem("id %q is duplicated or empty", value)
			}
			d.ids[value] = true
			id = value
		case "href", "src":
			d.links = append(d.links, value)
		}
	}
	return id
}

// nesting checks that an element is allowed in its parents.
func (d *document) nesting(tag string, stack []element) {
	if len(stack) == 0 {
		if tag != "html" {
			d.problem("%s outside of html", tag)
		}
		return
	}
	parent := stack[len(stack)-1].tag
	if may := parents[tag]; may != nil && !slices.Contains(may, parent) {
		d.problem("%s in %s", tag, parent)
	}
	if may := onlyHolds[parent]; may != nil && !slices.Contains(may, tag) {
		d.problem("%s in %s", tag, parent)
	}
	if slices.Contains(holdsPhrasing, parent) && !slices.Contains(phrasing, tag) {
		d.problem("%s in %s", tag, parent)
	}
	if tag == "a" && slices.ContainsFunc(stack, func(e element) bool { return e.tag == "a" || e.tag == "summary" }) {
		d.problem("a link in a link or summary")
	}
}

// TestParse checks that the tests find what is wrong with a page.
func TestParse(t *testing.T) {
	const head = "<!DOCTYPE html>\n<html><body><div><main id=\"main\"><h1>x</h1>"
	const tail = "</main></div></body></html>\n"
	for name, body := range map[string]string{
		"not closed":         "<p>",
		"closed twice":       "</p>",
		"crossed":            "<p><em></p></em>",
		"block in text":      "<p><ul></ul></p>",
		"row outside":        "<tr></tr>",
		"text in a list":     "<ul>x</ul>",
		"link in a link":     `<a href="x"><a href="y"></a></a>`,
		"id twice":           `<p id="main"></p>`,
		"blank in an id":     `<p id="a b"></p>`,
		"handler":            `<p onclick="x"></p>`,
		"value not quoted":   "<p id=x></p>",
		"attribute twice":    `<p id="x" id="y"></p>`,
		"bare >":             "<p>a > b</p>",
		"bare &":             "<p>a & b</p>",
		"control character":  "<p>\x01</p>",
		"script in the text": "<script></script>",
		"second h1":          "<h1>y</h1>",
	} {
		if d := parse(head + body + tail); len(d.problems) == 0 {
			t.Errorf("%s: no problem is found", name)
		}
	}
	d := parse(head + `<p id="x">a &amp; <a href="y">b</a></p>` + tail)
	if len(d.problems) > 0 || d.texts["x"] != "a & b" || !slices.Equal(d.links, []string{"y"}) || d.elements != 7 {
		t.Errorf("got %+v", d)
	}
}
