package wire_test

import (
	"errors"
	"fmt"
	"math/rand"
	"reflect"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

const alphabet = "abcdefghijklmnopqrstuvwxyz"

// prefixes returns a new struct type whose member names are prefixes of the alphabet, of every
// length.
func prefixes() reflect.Value {
	var fields []reflect.StructField
	for n := range len(alphabet) {
		fields = append(fields, reflect.StructField{
			Name: fmt.Sprintf("F%d", n), Type: reflect.TypeFor[int64](), Tag: reflect.StructTag(`json:"` + alphabet[:n+1] + `"`)})
	}
	return reflect.New(reflect.StructOf(fields))
}

// Without padding, names are near the end of the input, a special case of the comparison.
var paddings = []string{"", strings.Repeat(" ", 40)}

// TestNamesInEveryOrder decodes members whose names share prefixes, in varying order, so that the
// expected member is mostly wrong.
func TestNamesInEveryOrder(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for range 200 {
		var members []string
		for _, n := range random.Perm(len(alphabet))[:random.Intn(len(alphabet))+1] {
			members = append(members, fmt.Sprintf(`"%s":%d`, alphabet[:n+1], n+1))
		}
		for _, separator := range []string{",", ", ", " ,\n"} {
			for _, padding := range paddings {
				text := "{" + strings.Join(members, separator) + "}" + padding
				v := prefixes()
				if err := wire.Decode([]byte(text), v.Interface(), wire.Tolerant); err != nil {
					t.Fatalf("Decode(%s): %v", text, err)
				}
				for n := range len(alphabet) {
					want := int64(0)
					if strings.Contains(text, `"`+alphabet[:n+1]+`"`) {
						want = int64(n + 1)
					}
					if got := v.Elem().Field(n).Int(); got != want {
						t.Fatalf("Decode(%s): %s is %d, want %d", text, alphabet[:n+1], got, want)
					}
				}
			}
		}
	}
}

// TestNamesAlmostAlike decodes a member whose name differs from that of the expected one in a
// single byte.
func TestNamesAlmostAlike(t *testing.T) {
	for n := range len(alphabet) {
		name := alphabet[:n+1]
		for k := range name {
			for _, padding := range paddings {
				text := `{"` + name[:k] + "-" + name[k+1:] + `":1}` + padding
				v := prefixes()
				if err := wire.Decode([]byte(`{"`+name+`":1}`+paddings[1]), prefixes().Interface(), wire.Tolerant); err != nil {
					t.Fatal(err)
				}
				if err := wire.Decode([]byte(text), v.Interface(), wire.Tolerant); err != nil || !v.Elem().IsZero() {
					t.Errorf("Decode(%s): %v, %v", text, v.Elem(), err)
				}
				var e *wire.Error
				if err := wire.Decode([]byte(text), v.Interface(), wire.Strict); !errors.As(err, &e) || e.Reason != wire.ReasonUnexpected || e.Offset != 1 {
					t.Errorf("Decode(%s) in Strict mode: %v", text, err)
				}
			}
		}
	}
}
