// Package resolver resolves the names of a schema: it turns the syntax trees of
// its files into one [ir.Schema].
//
// It does what the third step of QEMU's compiler does (scripts/qapi/schema.py),
// in the same order, so that the first error it finds is the one QEMU's
// compiler would stop at. The rules are those of QEMU's
// docs/devel/qapi-code-gen.rst.
//
// It goes on after an error. What an error leaves open, such as a member
// whose type is not known, is nil, and nothing that depends on it is checked:
// one error, one message.
package resolver

import (
	"go/token"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/ir"
)

// Resolve resolves the names of a schema. The positions of the trees
// are those of fset; root is the main file, and files are all files in the
// order in which they were opened, root first. What is wrong is reported to
// errs. Resolve returns nil if errs holds errors, its own or earlier ones: the
// schema is complete or absent.
func Resolve(fset *token.FileSet, root *ast.File, files []*ast.File, errs *diag.List) *ir.Schema {
	n := 0 // about as many definitions
	for _, f := range files {
		n += len(f.Decls)
	}
	r := &resolver{
		errs:     errs,
		root:     root,
		releases: root.Releases,
		files:    files,
		entities: make([]*entity, 0, 2*n),
		pending:  make([]pending, 0, 3*n),
		modules:  make(map[*ast.File]*ir.Module, len(files)),
		byHead:   make(map[*ir.Info]*entity, n),
		arrays:   make(map[string]*ir.Array),
		names:    make(map[*ir.Struct]map[string]*ir.Member),

		conditional: make(map[*ir.Struct]*ir.Member),

		lost:     make(map[string]bool),
		features: map[string]bool{"deprecated": true, "unstable": true},
		schema:   &ir.Schema{Fset: fset, Release: root.Release, ByName: make(map[string]ir.Def, n)},
	}
	r.run()
	if errs.HasErrors() {
		return nil
	}
	return r.schema
}

// run runs the passes.
func (r *resolver) run() {
	r.open()         // modules and the final pragmas: uses of a pragma may come before its setting
	r.predefine()    // built-in types: nothing may take their names
	r.declare()      // every definition and the types it implies: a name may be used before it is defined
	r.unchecked()    // types that a compiler before 2.4 never looked up
	r.bind()         // names of types to types, silently: what stays unbound is reported where its turn is
	r.check()        // each entity, in the order of declaration: cycles, clashes, misuse, undocumented members
	r.strayDocs()    // sections that document nothing: only when all members have found theirs
	r.tooManyNames() // the number of features: QEMU looks last
}

// A resolver holds the state of one run.
type resolver struct {
	errs     *diag.List
	root     *ast.File
	releases dialect.Range // what all of these refuse is refused
	files    []*ast.File
	schema   *ir.Schema

	modules  map[*ast.File]*ir.Module
	entities []*entity // in the order in which QEMU's compiler enters them
	byHead   map[*ir.Info]*entity
	unused   []entity             // memory of entities to come
	arrays   map[string]*ir.Array // by the name of the element type
	types    []string             // names of types, for hints: made on first use
	compared int                  // names that spelling hints looked at so far

	pending  []pending
	wrappers []*ir.Struct                         // of the branches of simple unions
	names    map[*ir.Struct]map[string]*ir.Member // own members by clash name, if they are many
	source   map[*ir.Member]*ast.Member           // made on first use, see written

	conditional map[*ir.Struct]*ir.Member // first conditional members of argument types, nil for none

	docs []*docUse

	spare *docUse // memory for connectDocs

	lost     map[string]bool // definitions that could not be read
	lostFile bool            // a whole file could not be read: there may be others

	pragmasLost bool // a pragma could not be read: what it says is not known

	returnsFree  map[string]bool // commands that may return anything
	undocumented map[string]bool // definitions whose members need no documentation

	features  map[string]bool // names of features met
	surplus   *ast.Feature    // the first that is one too many
	surplusIn ast.Def
}

// An entity is something that has a turn when the schema is checked: a
// definition, or a type that one implies.
type entity struct {
	def     ir.Def
	src     ast.Def       // the definition it comes from; nil for built-in types
	use     *ast.TypeRef  // of arrays: the first use
	members []*ast.Member // of structs: what its members are made of, nil if nothing is written

	height     int // how deep bases and branches nest in it, as far as checked
	state      checkState
	documented bool // src has documentation, which is that of def
}

type checkState uint8

const (
	unchecked checkState = iota
	checking             // its turn has begun: meeting it again is a cycle
	checked
)

// enter gives def its turn behind all others entered so far.
func (r *resolver) enter(def ir.Def, src ast.Def) *entity {
	if len(r.unused) == 0 {
		r.unused = make([]entity, 64)
	}
	e := &r.unused[0]
	r.unused = r.unused[1:]
	e.def, e.src = def, src
	r.entities = append(r.entities, e)
	r.byHead[def.Head()] = e
	return e
}

// entity returns the entity of a definition that was entered.
func (r *resolver) entity(def ir.Def) *entity { return r.byHead[def.Head()] }

// open makes the modules and settles the pragmas.
func (r *resolver) open() {
	for _, f := range r.files {
		m := &ir.Module{Name: f.Name, File: f.Display}
		r.modules[f] = m
		r.schema.Modules = append(r.schema.Modules, m)
		r.lostFile = r.lostFile || f.Incomplete
		r.pragmasLost = r.pragmasLost || f.PragmasLost || f.Incomplete
		for _, name := range f.Lost {
			r.lost[name] = true
		}
	}
	r.schema.Root = r.modules[r.root]
	r.pragmas()
}
