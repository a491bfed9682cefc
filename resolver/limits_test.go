package resolver_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/ir"
)

// maxTypeDepth is the limit on the nesting of bases and branches.
const maxTypeDepth = 1000

// repeat concatenates each(0) to each(n-1), a line each.
func repeat(n int, each func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(each(i))
		b.WriteByte('\n')
	}
	return b.String()
}

// baseChain returns n+1 structs, each the base of the one before it, optionally in reverse
// order.
func baseChain(n int, reverse bool) string {
	var defs []string
	for i := range n {
		defs = append(defs, fmt.Sprintf("{ 'struct': 'Str%d', 'base': 'Str%d', 'data': { 'm%d': 'int' } }", i, i+1, i))
	}
	defs = append(defs, fmt.Sprintf("{ 'struct': 'Str%d', 'data': {} }", n))
	if reverse {
		slices.Reverse(defs)
	}
	return strings.Join(defs, "\n")
}

// unionChain returns n unions, each a branch of the next, optionally in reverse order.
func unionChain(n int, reverse bool) string {
	defs := []string{"{ 'struct': 'Uni0', 'data': {} }"}
	for i := range n {
		defs = append(defs, fmt.Sprintf("{ 'union': 'Uni%d', 'base': { 'k%d': 'Enu' }, 'discriminator': 'k%d', 'data': { 'a': 'Uni%d' } }", i+1, i, i, i))
	}
	if reverse {
		slices.Reverse(defs)
	}
	return "{ 'enum': 'Enu', 'data': [ 'a' ] }\n" + strings.Join(defs, "\n")
}

// TestTypeDepthInAnyOrder checks that the depth limit does not depend on the order of
// definitions.
func TestTypeDepthInAnyOrder(t *testing.T) {
	for _, chain := range []struct {
		name string
		make func(n int, reverse bool) string
	}{{"bases", baseChain}, {"branches", unionChain}} {
		for _, reverse := range []bool{false, true} {
			for n, want := range map[int]int{maxTypeDepth: 0, maxTypeDepth + 1: 1, 3 * maxTypeDepth: 2} {
				t.Run(fmt.Sprintf("%s %d %t", chain.name, n, reverse), func(t *testing.T) {
					_, _, errs := loadText(chain.make(n, reverse))
					if errs.Errors() != want {
						t.Errorf("%d errors, want %d: %v", errs.Errors(), want, errs.First())
					}
					for _, d := range errs.All() {
						if d.Code != "type-depth" {
							t.Errorf("%s [%s]", d.Msg, d.Code)
						}
					}
				})
			}
		}
	}
}

// TestLongCycle checks that a cycle is reported once, with every step.
func TestLongCycle(t *testing.T) {
	_, _, errs := loadText(repeat(900, func(i int) string {
		return fmt.Sprintf("{ 'struct': 'Str%d', 'base': 'Str%d', 'data': {} }", i, (i+1)%900)
	}))
	if errs.Errors() != 1 || errs.First().Code != "contains-itself" || len(errs.First().Notes) != 900 {
		t.Errorf("%d errors, the first %+v", errs.Errors(), errs.First())
	}
}

// TestAllMembers checks that the members of a long chain of bases are copied once.
func TestAllMembers(t *testing.T) {
	const n = 1000
	s := mustLoad(t, baseChain(n, false))
	str := def[*ir.Struct](t, s, "Str0")
	members := str.AllMembers()
	if len(members) != n || members[0].Name != fmt.Sprintf("m%d", n-1) || members[n-1].Name != "m0" {
		t.Errorf("%d members", len(members))
	}
	if allocs := testing.AllocsPerRun(10, func() { str.AllMembers() }); allocs != 1 {
		t.Errorf("%v allocations", allocs)
	}
	if def[*ir.Struct](t, s, fmt.Sprintf("Str%d", n)).AllMembers() != nil {
		t.Error("members of an empty struct")
	}
}

// TestLarge resolves large schemas with many references to the same definitions. The time must
// not be quadratic.
func TestLarge(t *testing.T) {
	const n = 10_000
	members := strings.TrimSuffix(repeat(n, func(i int) string { return fmt.Sprintf("'m%d': 'int',", i) }), ",\n")
	values := strings.TrimSuffix(repeat(n, func(i int) string { return fmt.Sprintf("'v%d',", i) }), ",\n")
	big := "{ 'struct': 'Big', 'data': {" + members + "} }\n{ 'enum': 'Enu', 'data': [" + values + "] }\n"
	tests := []struct {
		name, src string
		want      diag.Code // of the first error, "" if there is none
	}{
		{"commands with the same arguments", big + repeat(n, func(i int) string {
			return fmt.Sprintf("{ 'command': 'c%d', 'data': 'Big' }", i)
		}), ""},
		{"unions with the same branch", big + "{ 'enum': 'One', 'data': [ 'a' ] }\n" + repeat(n, func(i int) string {
			return fmt.Sprintf("{ 'union': 'Uni%d', 'base': { 'k': 'One' }, 'discriminator': 'k', 'data': { 'a': 'Big' } }", i)
		}), ""},
		{"a union with many branches", big + "{ 'union': 'Uni', 'base': { 'k': 'Enu' }, 'discriminator': 'k', 'data': {" +
			strings.TrimSuffix(repeat(n, func(i int) string { return fmt.Sprintf("'v%d': 'Big',", i) }), ",\n") + "} }", ""},
		{"unknown branches", big + "{ 'union': 'Uni', 'base': { 'k': 'Enu' }, 'discriminator': 'k', 'data': {" +
			strings.TrimSuffix(repeat(n, func(i int) string { return fmt.Sprintf("'w%d': 'Big',", i) }), ",\n") + "} }", "unknown-branch"},
		{"unknown types", repeat(n, func(i int) string {
			return fmt.Sprintf("{ 'struct': 'Str%d', 'data': { 'a': 'Sdr%d' } }", i, i)
		}), "unknown-type"},
		{"unknown discriminators", big + repeat(n, func(i int) string {
			return fmt.Sprintf("{ 'union': 'Uni%d', 'base': 'Big', 'discriminator': 'kind', 'data': {} }", i)
		}), "discriminator"},
		{"documentation of nothing", "##\n# @Doc:\n#\n" + repeat(n, func(i int) string { return fmt.Sprintf("# @n%d: x\n#", i) }) +
			"##\n{ 'struct': 'Doc', 'data': {" + members + "} }", "undocumented"},
		{"redefinitions", strings.Repeat("{ 'command': 'again' }\n", n), "redefined"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, errs := loadText(test.src)
			var got diag.Code
			if first := errs.First(); first != nil {
				got = first.Code
			}
			if got != test.want {
				t.Errorf("code %q, want %q: %+v", got, test.want, errs.First())
			}
			if errs.Len() > diag.MaxErrors+1 {
				t.Errorf("%d diagnostics", errs.Len())
			}
		})
	}
}

// TestFeatureLimit checks that a schema may have 62 feature names besides the two special ones.
func TestFeatureLimit(t *testing.T) {
	schema := func(n int) string {
		var names []string
		for i := range n {
			names = append(names, fmt.Sprintf("'f%d'", i))
		}
		return "{ 'command': 'c', 'features': [ 'deprecated', " + strings.Join(names, ", ") + " ] }\n" +
			"{ 'command': 'd', 'features': [ 'f0' ] }"
	}
	if got := mistakes(schema(62)); got != "" {
		t.Errorf("62 features: %s", got)
	}
	if got, want := mistakes(schema(64)), "'f62': more than 64 different features"; got != want {
		t.Errorf("64 features: got %q, want %q", got, want)
	}
}

// TestTypeDepth checks that a chain of bases at the limit is accepted and a longer one refused.
func TestTypeDepth(t *testing.T) {
	chain := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "{ 'struct': 'S%dx', 'base': 'S%dx', 'data': {} }\n", i, i+1)
		}
		fmt.Fprintf(&b, "{ 'struct': 'S%dx', 'data': {} }\n", n)
		return b.String()
	}
	if got := mistakes(chain(1000)); got != "" {
		t.Errorf("1000 bases: %s", got)
	}
	got := strings.Split(mistakes(chain(1001)), "\n")
	if want := []string{"'S1001x': bases and branches are nested deeper than 1000"}; !slices.Equal(got, want) {
		t.Errorf("1001 bases: got %q, want %q", got, want)
	}
}
