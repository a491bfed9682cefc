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
		maxLevels:     "union Union1: branches within branches have 5 levels, the codec has at most 4",
		maxLevels + 1: "union Union2: branches within branches have 5 levels, the codec has at most 4",
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
