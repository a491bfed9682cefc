package diag

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// An Explanation says what a code means.
type Explanation struct {
	Code   Code
	Title  string // one line
	Rule   string // what the rule is; paragraphs are separated by blank lines
	Why    string // why there is such a rule
	Source string // the document or release that made it
	Bad    []ExampleFile
	Good   []ExampleFile
}

// An ExampleFile is a file of an example. The first file of an example is the
// root of a schema. In Text, {{TEXT × N}} stands for TEXT, N times, with '#' as
// a number that counts from 1; {{U+N}} stands for a character.
type ExampleFile struct {
	Name string // "" of an only file
	Text string
}

// explanations holds a file for each code: the title, a blank line, the rule,
// and then sections that begin with lines "-- NAME --". The name is "why",
// "source", or "bad" or "good", perhaps with the name of a file.
//
//go:embed explain/*.txt
var explanations embed.FS

// Codes returns all codes that have an explanation, sorted.
func Codes() []Code {
	var codes []Code
	names, _ := fs.Glob(explanations, "explain/*.txt") // the pattern is right
	for _, name := range names {
		code := strings.TrimSuffix(strings.TrimPrefix(name, "explain/"), ".txt")
		codes = append(codes, Code(code))
	}
	slices.Sort(codes)
	return codes
}

// Explain returns the explanation of a code, or false if there is none.
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

// Text returns the explanation for a terminal, in lines of at most 80 columns.
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
	fmt.Fprintf(&b, "%s\n\n%s\n\nWhy: %s\n\nSource: %s\n", title, e.Rule, e.Why, e.Source)
	example(&b, "Wrong", e.Bad)
	example(&b, "Right", e.Good)
	return b.String()
}

func exampleTitle(label string, f ExampleFile) string {
	if f.Name == "" {
		return label
	}
	return label + ", " + f.Name
}
