package text

import (
	"strings"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
)

// enum writes the possible values: in one line if none has documentation, else one below the
// other. Adjacent values without documentation share a line.
func (w entryWriter) enum(indent string, values []*model.Member) {
	var plain [][]string // the words of each pending value without documentation
	described := false
	flush := func() {
		var words []string
		for i, p := range plain {
			if i < len(plain)-1 {
				p[len(p)-1] += ","
			}
			words = append(words, p...)
		}
		switch plain = nil; {
		case len(words) == 0:
		case described:
			w.wrap(indent+"- ", indent+step, words)
		default:
			w.wrap(indent, indent+step, append([]string{"Possible", "values:"}, words...))
		}
	}
	for _, v := range values {
		if !v.Text.Empty() {
			described = true
			w.wrap(indent, indent, []string{"Possible", "values:"})
			break
		}
	}
	for _, v := range values {
		marks := marksOf(v)
		if v.Text.Empty() {
			if v.Since != "" {
				marks = append([]string{"since " + v.Since}, marks...)
			}
			plain = append(plain, unbroken(strings.TrimRight(`"`+v.Name+`" `+tagOf(marks), " ")))
			continue
		}
		flush()
		w.described(indent+`- "`+v.Name+`":`, indent+step, v, fields(tagOf(marks)))
	}
	flush()
}

// tagOf returns "(a, b)", or "" if there are no marks.
func tagOf(marks []string) string {
	if len(marks) == 0 {
		return ""
	}
	return "(" + strings.Join(marks, ", ") + ")"
}
