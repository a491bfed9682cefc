package golang

import (
	"errors"
	"fmt"

	"github.com/qapi-go/qapi-go/ir"
)

// maxLevels is the maximum number of types that share a JSON object: a union, the union that is its
// branch, and so on, down to a struct. The codec, qmp/wire, has no more. QEMU's schemas have three.
const maxLevels = 4

// checkLevels returns an error for each union with too many levels.
func checkLevels(s *ir.Schema) error {
	levels := make(map[*ir.Union]int)
	var count func(t ir.Type) int
	count = func(t ir.Type) int {
		u, ok := t.(*ir.Union)
		if !ok {
			return 1
		}
		if levels[u] == 0 {
			levels[u] = 1
			for _, b := range u.Branches {
				if b.Type != nil {
					levels[u] = max(levels[u], 1+count(b.Type))
				}
			}
		}
		return levels[u]
	}
	var errs []error
	for _, t := range s.Types {
		if n := count(t); n > maxLevels {
			u := t.(*ir.Union)
			at := ""
			if s.Fset != nil && u.Pos.IsValid() {
				at = s.Fset.Position(u.Pos).String() + ": "
			}
			errs = append(errs, fmt.Errorf("%sunion %s: branches within branches have %d levels, the codec has at most %d", at, u.Name, n, maxLevels))
		}
	}
	return errors.Join(errs...)
}
