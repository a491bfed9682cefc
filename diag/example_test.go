package diag_test

import (
	"fmt"
	"go/token"
	"os"

	"github.com/qapi-go/qapi-go/diag"
)

func ExampleList_Print() {
	const text = "{ 'command': 'dig', 'data': 'Bad' }\n"
	fset := token.NewFileSet()
	file := fset.AddFile("garden.json", -1, len(text))
	file.SetLinesForContent([]byte(text))
	errs := &diag.List{Fset: fset, Lookup: func(string) diag.File { return diag.File{Text: text} }}
	errs.Errorf(diag.StageSchema, file.Pos(28), file.Pos(33), "unknown-type", "unknown type 'Bad'").Hint("did you mean 'Bed'?")
	if err := errs.Print(os.Stdout, diag.Text); err != nil {
		fmt.Println(err)
	}
	// Output:
	// garden.json:1:29: error: unknown type 'Bad' [unknown-type]
	//  1 | { 'command': 'dig', 'data': 'Bad' }
	//    |                             ^^^^^
	//   note: did you mean 'Bed'?
}

func ExampleExplain() {
	e, ok := diag.Explain("unknown-type")
	fmt.Println(ok, e.Title)
	// Output: true An undefined type
}
