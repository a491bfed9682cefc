package site

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/ir"
)

// The full-text index has the documents that contain each word, and the weight of the word there.
// A document is a definition or module. The index is split by the first letter of words; the
// script loads the parts that a query needs.

// Weights of a word by its place in a document.
const (
	inName    = 12
	inSummary = 5
	inText    = 2
	inMember  = 1
	inExample = 0.5
	inType    = 0.5 // of the arguments or the result of a command, or the data of an event
)

// maxWeight is the maximum weight of a word in a document. The minimum is 1.
const maxWeight = 9

// A posting is the weight of a word in a document.
type posting struct {
	document int // index of a definition in the index of names; modules follow all definitions
	weight   float32
}

// A fullText collects the words of documents.
type fullText struct {
	words map[string][]posting
}

// add adds the words of a text to a document: the one of the last call, or a new one.
func (t *fullText) add(document int, text string, weight float32) {
	for word := range words(text) {
		list := t.words[word]
		if n := len(list); n > 0 && list[n-1].document == document {
			list[n-1].weight += weight
			continue
		}
		t.words[strings.Clone(word)] = append(list, posting{document, weight})
	}
}

func (t *fullText) prose(document int, p model.Prose, weight float32) {
	for n := range prose.Nodes(p.Blocks) {
		switch n := n.(type) {
		case prose.Text:
			t.add(document, n.Text, weight)
		case prose.Code:
			t.add(document, n.Text, weight)
		case prose.Literal:
			t.add(document, n.Text, weight)
		case prose.Link:
			t.add(document, n.Text, weight)
		case prose.Ref:
			t.add(document, model.RefText(n), weight)
		}
	}
}

func (t *fullText) definition(document int, d *model.Definition) {
	t.add(document, d.Name, inName)
	t.add(document, d.Summary(), inSummary)
	for _, p := range slices.Concat(d.Blurb, d.Notes, d.Errors, []model.Prose{d.ReturnsText}) {
		t.prose(document, p, inText)
	}
	for _, f := range d.Features {
		t.prose(document, f.Text, inText)
	}
	t.members(document, d, inMember)
	for _, ex := range d.Examples {
		if ex.Made {
			continue
		}
		for n := range prose.Nodes(ex.Blocks) {
			if dialog, ok := n.(prose.Dialog); ok {
				for _, l := range dialog.Lines {
					t.add(document, l.Text, inExample)
				}
			}
		}
	}
}

func (t *fullText) members(document int, d *model.Definition, weight float32) {
	for _, m := range d.Members {
		t.add(document, m.Name, weight)
		t.prose(document, m.Text, weight)
	}
}

// related adds the text of the types that a command or event refers to.
func (t *fullText) related(document int, s *site, d *model.Definition) {
	for r := range ir.References(d.Def) {
		typ := s.Lookup(elem(r.Type).Head().Name)
		if typ == nil || typ.Def != ir.Def(elem(r.Type)) {
			continue
		}
		for _, p := range typ.Blurb {
			t.prose(document, p, inType)
		}
		t.members(document, typ, inType)
	}
}

// elem returns the innermost element type of an array, or the type itself.
func elem(t ir.Type) ir.Type {
	for {
		a, ok := t.(*ir.Array)
		if !ok {
			return t
		}
		t = a.Elem
	}
}

// fullText returns the files of the full-text index.
func (s *site) fullText() ([]gen.File, error) {
	t := fullText{make(map[string][]posting)}
	for i, d := range s.Definitions {
		t.definition(i, d)
		if !d.IsType() {
			t.related(i, s, d)
		}
	}
	n := len(s.Definitions)
	for _, g := range s.gone {
		t.add(n, g.name, inName)
		t.add(n, g.summary, inSummary)
		n++
	}
	for i, m := range s.Modules {
		t.add(n+i, m.Title, inName)
		for _, item := range m.Items {
			if item.Prose != nil {
				t.prose(n+i, *item.Prose, inText)
			}
		}
	}
	parts := make(map[byte]map[string]string)
	for word, list := range t.words {
		if parts[part0(word)] == nil {
			parts[part0(word)] = make(map[string]string)
		}
		parts[part0(word)][word] = encodePostings(list)
	}
	var files []gen.File
	for _, c := range []byte(letters) {
		words := parts[c]
		if words == nil {
			words = map[string]string{} // the script loads it anyway
		}
		f, err := script("words-"+string(c)+".js", "qapiWords", words)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// letters are the names of the parts: first letters, and "0" for any digit.
const letters = "0abcdefghijklmnopqrstuvwxyz"

// part0 returns the name of the part that has a word.
func part0(word string) byte {
	if word[0] >= 'a' && word[0] <= 'z' {
		return word[0]
	}
	return '0'
}

// encodePostings encodes each posting as a capital letter for the weight, "A" for 1, and the
// distance from the previous document in base 36, which is left out if it is 1.
func encodePostings(list []posting) string {
	slices.SortFunc(list, func(a, b posting) int { return cmp.Compare(a.document, b.document) })
	var b strings.Builder
	at := -1
	for _, p := range list {
		weight := int(math.Round(2 * math.Log2(1+float64(p.weight))))
		b.WriteByte('A' + byte(min(max(weight, 1), maxWeight)-1))
		if step := p.document - at; step > 1 {
			b.WriteString(strconv.FormatInt(int64(step), 36))
		}
		at = p.document
	}
	return b.String()
}
