package merge

import (
	"fmt"
	"strings"
	"testing"
)

// TestTable counts the changes of merging neighbouring releases of the corpus and all of them.
// It prints the table of docs/releases.md.
func TestTable(t *testing.T) {
	kinds := []ChangeKind{MadeOptional, Widened, MadeUnion, MadeAlternate, Renamed}
	var b strings.Builder
	b.WriteString("| Schema | Releases |")
	for _, k := range kinds {
		fmt.Fprintf(&b, " %s |", k)
	}
	b.WriteString(" clash |\n|---|---|" + strings.Repeat("---:|", len(kinds)+1) + "\n")
	row := func(schema, name string, list []Release) {
		res, err := Merge(list, Options{})
		if err != nil {
			t.Fatal(err)
		}
		count := make(map[ChangeKind]int)
		for _, c := range res.Changes {
			count[c.Kind]++
		}
		fmt.Fprintf(&b, "| %s | %s |", schema, name)
		for _, k := range kinds {
			fmt.Fprintf(&b, " %d |", count[k])
		}
		fmt.Fprintf(&b, " %d |\n", len(res.Clashes))
		if len(res.Clashes) > 0 {
			t.Errorf("%s %s: %v", schema, name, res.Clashes)
		}
		if schema == "qemu" && count[MadeOptional] == 0 {
			t.Errorf("%s %s: nothing had to be optional", schema, name)
		}
	}
	for _, schema := range []string{"qemu", "qga", "storage-daemon"} {
		names := releases
		if others := otherSchemas[schema]; others != nil {
			names = others
		}
		all := loadSchemas(t, schema, names...)
		for i := 1; i < len(all); i++ {
			row(schema, names[i-1]+", "+names[i], all[i-1:i+1])
		}
		row(schema, "7.2.0, 10.0.0, 10.2.0", loadSchemas(t, schema, "7.2.0", "10.0.0", "10.2.0"))
		row(schema, fmt.Sprintf("all %d", len(all)), all)
	}
	t.Log("\n" + b.String())
}
