// Package resolver resolves the names of a schema: it converts the syntax trees of its files to
// an [ir.Schema].
//
// It performs the third step of QEMU's compiler (scripts/qapi/schema.py) in the same order, so
// that its first error is the one at which QEMU's compiler stops. The rules are those of QEMU's
// docs/devel/qapi-code-gen.rst.
//
// The resolver continues after an error. Whatever an error leaves unknown, such as the type of
// a member, is nil and is not checked further, so that one mistake causes one error.
package resolver

import (
	"go/token"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/ir"
)

// Resolve resolves the names of a schema. The root is the main file, and files lists all files
// in the order in which they were opened, root first; fset holds their positions. Errors are
// reported to errs. Resolve returns nil if errs holds any error, including earlier ones: a
// schema is complete or absent.
func Resolve(fset *token.FileSet, root *ast.File, files []*ast.File, errs *diag.List) *ir.Schema {
	n := 0 // estimated number of definitions
	for _, f := range files {
		n += len(f.Decls)
	}
	r := &resolver{
		errs:     errs,
		root:     root,
		releases: root.Releases,
		files:    files,
		entities: make([]*entity, 0, 2*n),
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
	r.open()         // modules and pragmas: a pragma also applies to definitions before it
	r.predefine()    // built-in types: their names cannot be redefined
	r.declare()      // definitions and implicit types: names may be used before they are defined
	r.unchecked()    // types that compilers before 2.4 did not look up
	r.bind()         // type names to types; check reports what stays unbound
	r.check()        // each entity in declaration order: cycles, clashes, misuse, undocumented members
	r.strayDocs()    // sections that document nothing: after check has matched all members
	r.tooManyNames() // number of features: QEMU's compiler checks it last
}

// A resolver holds the state of one run.
type resolver struct {
	errs     *diag.List
	root     *ast.File
	releases dialect.Range // a construct is refused if all of these refuse it
	files    []*ast.File
	schema   *ir.Schema

	modules  map[*ast.File]*ir.Module
	entities []*entity // in the order in which QEMU's compiler enters them
	byHead   map[*ir.Info]*entity
	unused   []entity             // preallocated entities
	arrays   map[string]*ir.Array // by the name of the element type
	types    []string             // names of types for hints, built on first use
	compared int                  // number of names compared for spelling hints

	wrappers []*ir.Struct                         // branch types of simple unions
	names    map[*ir.Struct]map[string]*ir.Member // own members of large structs by clash name
	source   map[*ir.Member]*ast.Member           // built on first use; see written

	conditional map[*ir.Struct]*ir.Member // first conditional member of argument types, nil if none

	docs []*docUse

	spare  *docUse                  // reused by connectDocs
	values map[string]*ir.EnumValue // reused by checkEnum

	lost     map[string]bool // definitions that could not be read
	lostFile bool            // a file could not be read, so there may be more lost definitions

	pragmasLost bool // a pragma could not be read

	returnsFree  map[string]bool // commands that may return anything
	undocumented map[string]bool // definitions whose members need no documentation

	features  map[string]bool // names of features seen so far
	surplus   *ast.Feature    // first feature above maxFeatures
	surplusIn ast.Def
}

// An entity is checked once in declaration order: a definition or an implicit type.
type entity struct {
	def     ir.Def
	src     ast.Def       // definition that declares or implies it; nil for built-in types
	use     *ast.TypeRef  // of arrays: first use
	members []*ast.Member // of structs: syntax of its members, nil if there is none

	height     int // nesting depth of bases and branches, as far as checked
	state      checkState
	documented bool // def has the documentation of src
}

type checkState uint8

const (
	unchecked checkState = iota
	checking             // in progress: reaching it again is a cycle
	checked
)

// enter appends an entity for def.
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

// entity returns the entity of def.
func (r *resolver) entity(def ir.Def) *entity { return r.byHead[def.Head()] }

// open creates the modules and applies the pragmas.
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
