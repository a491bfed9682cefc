package diag

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"
)

// An Explanation explains a code.
type Explanation struct {
	Code   Code
	Title  string // one line
	Rule   string // the rule, as paragraphs separated by blank lines
	Why    string // the reason for the rule
	Source string // the document or release that introduced it
	Bad    []ExampleFile
	Good   []ExampleFile
}

// An ExampleFile is a file of an example. The first file of an example is the root of a schema.
// In Text, {{TEXT × N}} stands for N copies of TEXT, in which '#' is replaced by a number from
// 1; {{U+N}} stands for a character. Likewise, a name "FILE × N" stands for N files.
type ExampleFile struct {
	Name string // "" for the root
	Text string
}

// explanations holds a file for each code: the title, a blank line, the rule, and sections that
// begin with lines "-- NAME --". NAME is "why", "source", or "bad" or "good", optionally
// followed by the name of a file.
//
//go:embed explain/*.txt
var explanations embed.FS

// Codes returns all codes that have an explanation, sorted.
func Codes() []Code {
	var codes []Code
	names, _ := fs.Glob(explanations, "explain/*.txt") // the pattern is valid
	for _, name := range names {
		code := strings.TrimSuffix(strings.TrimPrefix(name, "explain/"), ".txt")
		codes = append(codes, Code(code))
	}
	slices.Sort(codes)
	return codes
}

// Explain returns the explanation of a code. It returns false if there is none.
func Explain(code Code) (*Explanation, bool) {
	data, err := explanations.ReadFile("explain/" + string(code) + ".txt")
	if err != nil {
		return nil, false
	}
	e := &Explanation{Code: code}
	head, rest, _ := strings.Cut(string(data), "\n-- ")
	title, rule, _ := strings.Cut(head, "\n")
	e.Title, e.Rule = title, strings.TrimSpace(rule)
	for rest != "" {
		var section string
		section, rest, _ = strings.Cut(rest, "\n-- ")
		name, text, _ := strings.Cut(section, " --\n")
		name, file, _ := strings.Cut(name, " ")
		switch name {
		case "why":
			e.Why = strings.TrimSpace(text)
		case "source":
			e.Source = strings.TrimSpace(text)
		case "bad":
			e.Bad = append(e.Bad, ExampleFile{file, strings.TrimRight(text, "\n") + "\n"})
		case "good":
			e.Good = append(e.Good, ExampleFile{file, strings.TrimRight(text, "\n") + "\n"})
		}
	}
	return e, true
}

// Text returns the explanation for a terminal, wrapped at 80 columns.
func (e *Explanation) Text() string {
	return e.format(fmt.Sprintf("%s: %s", e.Code, e.Title), func(b *strings.Builder, label string, files []ExampleFile) {
		for _, f := range files {
			fmt.Fprintf(b, "\n%s:\n\n", exampleTitle(label, f))
			for line := range strings.Lines(f.Text) {
				b.WriteString("    " + line)
			}
		}
	})
}

// Markdown returns the explanation in Markdown.
func (e *Explanation) Markdown() string {
	return e.format(fmt.Sprintf("# %s: %s", e.Code, e.Title), func(b *strings.Builder, label string, files []ExampleFile) {
		for _, f := range files {
			fmt.Fprintf(b, "\n%s:\n\n```\n%s```\n", exampleTitle(label, f), f.Text)
		}
	})
}

func (e *Explanation) format(title string, example func(*strings.Builder, string, []ExampleFile)) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", title)
	for _, text := range []string{e.Rule, "Why: " + e.Why, "Source: " + e.Source} {
		for paragraph := range strings.SplitSeq(text, "\n\n") {
			b.WriteByte('\n')
			wrap(&b, paragraph)
		}
	}
	example(&b, "Wrong", e.Bad)
	example(&b, "Right", e.Good)
	if slices.ContainsFunc(e.Bad, abbreviated) {
		b.WriteByte('\n')
		wrap(&b, "In the example, {{TEXT × N}} and \"FILE × N\" stand for N copies, with # replaced by a number from 1, and {{U+N}} for a character.")
	}
	return b.String()
}

// maxColumns is the maximum line length of explanations.
const maxColumns = 80

// wrap writes a paragraph in lines of at most maxColumns characters.
func wrap(b *strings.Builder, text string) {
	column := 0
	for word := range strings.FieldsSeq(text) {
		length := utf8.RuneCountInString(word)
		switch {
		case column == 0:
		case column+1+length > maxColumns:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += length
	}
	b.WriteByte('\n')
}

func abbreviated(f ExampleFile) bool {
	return strings.Contains(f.Text, "{{") || strings.Contains(f.Name, " × ")
}

func exampleTitle(label string, f ExampleFile) string {
	if f.Name == "" {
		return label
	}
	return label + ", " + f.Name
}
