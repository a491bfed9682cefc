package example

// A ValueKind is a kind of JSON value.
type ValueKind uint8

// The kinds of value.
const (
	Null ValueKind = iota
	Bool
	Number
	String
	Array
	Object
	Elision // "...": it is left out
)

// A Value is a JSON value as it is written.
type Value struct {
	Kind   ValueKind
	Offset int // in the text
	End    int // offset of its end

	// Text is a number as written, the contents of a string without escapes, or "true" or
	// "false".
	Text string

	Elems   []*Value // of an array
	Members []Member // of an object, including duplicates

	// Elided is set if elements or members are omitted.
	Elided bool
}

// A Member is a member of an object.
type Member struct {
	Name   string
	Offset int // of the name
	Value  *Value
}

// Get returns the value of the first member of that name, or nil. It may be
// called on nil and on values of any kind.
func (v *Value) Get(name string) *Value {
	if v == nil {
		return nil
	}
	for _, m := range v.Members {
		if m.Name == name {
			return m.Value
		}
	}
	return nil
}

// leftOut reports whether a value is omitted as a whole: "...", "{ ... }" and "[ ... ]", which
// stand for a value of any kind.
func (v *Value) leftOut() bool {
	return v.Kind == Elision || v.Elided && len(v.Elems) == 0 && len(v.Members) == 0
}

// String returns the name of the kind for messages.
func (k ValueKind) String() string {
	return [...]string{"null", "boolean", "number", "string", "array", "object", "..."}[k]
}
