package text

import (
	"fmt"
	"slices"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/ir"
)

// tag returns "(json-string, optional)" for the end of a description: as one word, which is not
// broken, or as several if it is long.
func (w entryWriter) tag(v *model.Value, optional bool, marks []string) []string {
	parts := []string{wireName(v.Type)}
	if optional {
		parts = append(parts, "optional")
	}
	if limit := limitOf(v.Elem); limit != "" {
		parts = append(parts, limit)
	}
	parts = append(parts, marks...)
	if v.Object != nil && len(v.Object.Rows) == 0 && len(v.Object.Branches) == 0 {
		parts = append(parts, "empty")
	}
	if v.Named || v.Cut {
		parts = append(parts, w.reference(v))
	}
	return unbroken(tagOf(parts))
}

// formTag returns the tag of a form of an alternate, without its type, which precedes it.
func (w entryWriter) formTag(f *model.Row) []string {
	parts := marksOf(f.Member)
	if f.Value.Named || f.Value.Cut {
		parts = append(parts, w.reference(f.Value))
	}
	if len(parts) == 0 {
		return nil
	}
	return unbroken(tagOf(parts))
}

// reference returns text that refers to the place where a type is shown.
func (w entryWriter) reference(v *model.Value) string {
	name := "type " + v.Def.Name
	switch {
	case !v.Cut:
		return name
	case v.At == w.body.Data && w.d.Kind == model.Command:
		return "as the arguments of this command"
	case v.At == w.body.Data:
		return "as the data of this event"
	case slices.Contains(w.body.Rest, v.At):
		return name + ", see below"
	default:
		return name + ", see above"
	}
}

// unbroken returns the text as one word, unless it is long.
func unbroken(text string) []string {
	if len(text) > maxUnbroken {
		return fields(text)
	}
	return []string{text}
}

// wireName returns the JSON type of a QAPI type.
func wireName(t ir.Type) string {
	return model.WireWith(t, "json-", func(b *ir.Builtin) string {
		if b.JSON == ir.JSONBoolean {
			return "json-bool"
		}
		return "json-" + string(b.JSON)
	})
}

// limitOf describes the range of an integer type, or returns "" for that of int64.
func limitOf(t ir.Type) string {
	b, ok := t.(*ir.Builtin)
	if !ok {
		return ""
	}
	n, signed := b.Bits()
	low, high := b.Range()
	switch {
	case n == 0 || n == 64 && signed:
		return ""
	case n == 64:
		return "unsigned"
	case n <= 16:
		return fmt.Sprintf("%d to %d", low, high)
	case signed:
		return fmt.Sprintf("%d bits", n)
	}
	return fmt.Sprintf("unsigned %d bits", n)
}
