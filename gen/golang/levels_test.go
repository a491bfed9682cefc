package golang

import (
	"strconv"
	"strings"
	"testing"
)

// TestLevels checks that unions are refused whose values the codec could not decode.
func TestLevels(t *testing.T) {
	for unions, want := range map[int]string{
		maxLevels - 1: "",
		maxLevels:     "test.json:6:1: union Union1 has more than 4 levels",
		maxLevels + 1: "test.json:6:1: union Union2 has more than 4 levels",
	} {
		b := newBuilder()
		b.enum("Kind", "more")
		b.object("Leaf", "", "x:int")
		branch := "Leaf"
		for i := unions; i > 0; i-- {
			n := strconv.Itoa(i)
			b.union("Union"+n, "kind"+n+":Kind", "kind"+n, "more:"+branch)
			branch = "Union" + n
		}
		_, err := Generate(b.schema, Options{})
		switch {
		case want == "" && err != nil:
			t.Errorf("%d unions: %v", unions, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%d unions: %v, want %q", unions, err, want)
		}
	}
}
