package prose

import (
	"strings"
	"testing"
)

func TestLayout(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"head and rows", "==  ==\na   long\n==  ==\né   c\nxy  *d*\n==  ==",
			"==  ====\na   long\n==  ====\né   c\nxy  d\n==  ===="},
		{"cells that span columns", "==  ==  ==\nab      c\n------  --\na   b   c\n==  ==  ==\nx   y   z\n==  ==  ==",
			"=  =  =\nab    c\na  b  c\n=  =  =\nx  y  z\n=  =  ="},
		{"lines and empty cells", "==  ==  ==\na   b   c\n\n        d\ne       f\n==  ==  ==",
			"=  =  =\na  b  c\n      d\ne     f\n=  =  ="},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table, ok := Parse(tt.text)[0].(Table)
			if !ok {
				t.Fatal("not a table")
			}
			got := strings.Join(table.Layout(func(blocks []Block) []string {
				return strings.FieldsFunc(plain(blocks), func(r rune) bool { return r == '\n' })
			}), "\n")
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
