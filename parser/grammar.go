package parser

import (
	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The grammar is generic JSON with documentation comments between the values:
// keys come in any order, and what they may be is better explained after
// parsing.

// cstItem is what stands at the top level of a file.
type cstItem struct {
	Doc   *lexer.Token `parser:"  @Doc"`
	Value *cstValue    `parser:"| @@"`
}

type cstValue struct {
	Object *cstObject   `parser:"  @@"`
	Array  *cstArray    `parser:"| @@"`
	Scalar *lexer.Token `parser:"| @( String | Bool )"`
}

type cstObject struct {
	Open    lexer.Token  `parser:"@LBrace"`
	Members []*cstMember `parser:"( @@ ( Comma @@ )* )?"`
	Close   lexer.Token  `parser:"@RBrace"`
}

type cstMember struct {
	Key   lexer.Token `parser:"@String Colon"`
	Value *cstValue   `parser:"@@"`
}

type cstArray struct {
	Open   lexer.Token `parser:"@LBracket"`
	Values []*cstValue `parser:"( @@ ( Comma @@ )* )?"`
	Close  lexer.Token `parser:"@RBracket"`
}

// itemParser is strict LL(1): with more lookahead participle backs out of a
// trailing comma and blames the comma instead of what follows it.
var itemParser = buildParser()

func buildParser() *participle.Parser[cstItem] {
	// The limits on input are ours ([MaxFileSize] and maxItemTokens).
	participle.MaxIterations = maxItemTokens
	return participle.MustBuild[cstItem](participle.Lexer(definition{}), participle.UseLookahead(0))
}

// offset returns where the value starts. After a syntax error there may be no
// value: then it returns 0.
func (v *cstValue) offset() int {
	switch {
	case v == nil:
	case v.Object != nil:
		return v.Object.Open.Pos.Offset
	case v.Array != nil:
		return v.Array.Open.Pos.Offset
	case v.Scalar != nil:
		return v.Scalar.Pos.Offset
	}
	return 0
}

// duplicates calls found for each member of an object in v whose key stands in
// that object before, in the order of the text, and removes it.
func (v *cstValue) duplicates(found func(first, again *cstMember)) {
	switch {
	case v.Object != nil:
		v.Object.duplicates(found)
	case v.Array != nil:
		for _, e := range v.Array.Values {
			e.duplicates(found)
		}
	}
}

func (o *cstObject) duplicates(found func(first, again *cstMember)) {
	kept := o.Members[:0]
	find := func(key string) *cstMember {
		for _, m := range kept {
			if m.Key.Value == key {
				return m
			}
		}
		return nil
	}
	if len(o.Members) > 8 {
		seen := make(map[string]*cstMember, len(o.Members))
		find = func(key string) *cstMember {
			if len(kept) > 0 {
				last := kept[len(kept)-1]
				seen[last.Key.Value] = last
			}
			return seen[key]
		}
	}
	for _, m := range o.Members {
		if m.Value == nil {
			continue // cut off by a syntax error
		}
		if first := find(m.Key.Value); first != nil {
			found(first, m)
		} else {
			kept = append(kept, m)
		}
		m.Value.duplicates(found)
	}
	o.Members = kept
}
