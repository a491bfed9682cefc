package sharing

import (
	"slices"
	"strings"
	"testing"
)

func TestSame(t *testing.T) {
	const union = `
type U struct{ B UBranch }
type UBranch interface{ isU() }
type A struct{}
func (*A) isU() {}
`
	tests := []struct {
		name, own, other, want string
	}{
		{"equal", "type A struct{ N int }", "// A is one.\ntype A struct {\n\tN int // of it\n}", "A"},
		{"a field differs", "type A struct{ N int }", "type A struct{ N int64 }", ""},
		{"a tag differs", "type A struct{ N int `json:\"n\"` }", "type A struct{ N int `json:\"m\"` }", ""},
		{"what it mentions differs", "type A struct{ B B }\ntype B int", "type A struct{ B B }\ntype B string", ""},
		{"a cycle", "type A struct{ B *B }\ntype B struct{ A *A }", "type A struct{ B *B }\ntype B struct{ A *A }", "A B"},
		{"a cycle with one that differs", "type A struct{ B *B }\ntype B struct{ A *A; N int }", "type A struct{ B *B }\ntype B struct{ A *A }", ""},
		{"not there", "type A int", "type B int", ""},
		{"another kind", "type A int", "const A = 1", ""},
		{"a method differs", "type A int\nfunc (A) M() int { return 1 }", "type A int\nfunc (A) M() int { return 2 }", ""},
		{"a method more", "type A int", "type A int\nfunc (A) M() {}", ""},
		{"a function that it calls differs", "type A int\nfunc (A) M() { f() }\nfunc f() {}", "type A int\nfunc (A) M() { f() }\nfunc f() { panic(0) }", ""},
		{"not exported", "type a int", "type a int", ""},
		{"a field that is not exported", "type A struct{ n int }", "type A struct{ n int }", ""},
		{"fields named as types", "type A struct{ B int }\ntype B int", "type A struct{ B int }\ntype B string", "A"},
		{"a union", union, union, "A U UBranch"},
		{"a branch of more unions there", union, union + "type VBranch interface{ isV() }\nfunc (*A) isV() {}", "A U UBranch"},
		{"a branch of more unions here", union + "type VBranch interface{ isV() }\nfunc (*A) isV() {}", union, ""},
		{"a union with one more branch here", union + "type B struct{}\nfunc (*B) isU() {}", union, ""},
		{"unknown branches of another union", union + "type UnknownBranch struct{}\nfunc (*UnknownBranch) isU() {}\nfunc (*UnknownBranch) isV() {}\ntype VBranch interface{ isV() }",
			union + "type UnknownBranch struct{}\nfunc (*UnknownBranch) isU() {}", "A U UBranch"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var packages []*Package
			for _, text := range []string{test.own, test.other} {
				p, err := Parse("p", map[string][]byte{"p.go": []byte("package p\n" + text)})
				if err != nil {
					t.Fatal(err)
				}
				packages = append(packages, p)
			}
			if got := packages[0].Same(packages[1]); !slices.Equal(got, strings.Fields(test.want)) {
				t.Errorf("%v, want %s", got, test.want)
			}
		})
	}
}
