package impact

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

const runtimePath = "github.com/qapi-go/qapi-go/qmp"

// Options configures loading. The zero value loads packages of the current folder's module.
type Options struct {
	Dir  string   // where the patterns are resolved; empty: the current folder
	Tags []string // build tags
	Env  []string // of the go command; nil: that of this process
}

// Load loads the Go packages that the patterns name, tests included, and collects their
// uses of generated packages. If a package does not compile, the error has the first
// position.
func Load(ctx context.Context, patterns []string, o Options) (*Program, error) {
	cfg := &packages.Config{
		Context: ctx, Dir: o.Dir, Env: o.Env, Tests: true,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo,
	}
	if len(o.Tags) > 0 {
		cfg.BuildFlags = []string{"-tags=" + strings.Join(o.Tags, ",")}
	}
	pkgs, err := packages.Load(cfg, patterns...)
	if err != nil {
		return nil, goError(err)
	}
	for _, p := range pkgs {
		if len(p.Errors) > 0 {
			return nil, loadError(p)
		}
	}
	if len(pkgs) == 0 {
		// Where types are asked for, a failure of the go command, such as for a go.mod that has to
		// be updated, is dropped.
		names := *cfg
		names.Mode = packages.NeedName
		if _, err := packages.Load(&names, patterns...); err != nil {
			return nil, goError(err)
		}
		return nil, fmt.Errorf("no package matches %s", strings.Join(patterns, " "))
	}
	x, err := generatedPackages(cfg, pkgs)
	if err != nil {
		return nil, err
	}
	return collect(pkgs, x), nil
}

// goError returns what the go command says, on one line, from an error of [packages.Load].
func goError(err error) error {
	if _, said, ok := strings.Cut(err.Error(), "stderr: "); ok && strings.TrimSpace(said) != "" {
		return errors.New(strings.Join(strings.Fields(said), " "))
	}
	return err
}

// loadError returns the first error of a package that has a position, with its first line
// only: the go command puts several into one.
func loadError(p *packages.Package) error {
	first := p.Errors[0]
	for _, e := range p.Errors {
		if e.Pos != "" && e.Pos != "-" {
			first = e
			break
		}
	}
	line, rest, _ := strings.Cut(strings.TrimSpace(first.Msg), "\n")
	if strings.HasPrefix(line, "# ") { // the name of the package, before its errors
		line, _, _ = strings.Cut(rest, "\n")
	}
	if first.Pos != "" && first.Pos != "-" {
		line = first.Pos + ": " + line
	}
	return fmt.Errorf("package %s does not compile: %s", p.PkgPath, line)
}

// generatedPackages reads the generated packages that packages import, or are.
func generatedPackages(cfg *packages.Config, pkgs []*packages.Package) (*index, error) {
	candidates := make(map[string][]*types.Package) // several where tests have variants of a package
	add := func(p *types.Package) {
		if usesRuntime(p) && !slices.Contains(candidates[p.Path()], p) {
			candidates[p.Path()] = append(candidates[p.Path()], p)
		}
	}
	for _, p := range pkgs {
		add(p.Types)
		for _, imported := range p.Types.Imports() {
			add(imported)
		}
	}
	x := newIndex()
	if len(candidates) == 0 {
		return x, nil
	}
	var paths []string
	for path := range candidates {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	files := *cfg
	files.Mode, files.Tests = packages.NeedName|packages.NeedFiles, false
	listed, err := packages.Load(&files, paths...)
	if err != nil {
		return nil, err
	}
	for _, p := range listed {
		for _, t := range candidates[p.PkgPath] {
			if _, err := x.add(t, p.GoFiles); err != nil {
				return nil, err
			}
		}
	}
	return x, nil
}

// usesRuntime reports whether a package imports the runtime of generated code, so
// that it may be such a package.
func usesRuntime(p *types.Package) bool {
	return slices.ContainsFunc(p.Imports(), func(i *types.Package) bool {
		return i.Path() == runtimePath || strings.HasPrefix(i.Path(), runtimePath+"/")
	})
}

// collect scans all packages. A file that belongs to a package and to its test
// variant is scanned once.
func collect(pkgs []*packages.Package, x *index) *Program {
	prog := &Program{Generated: x.paths}
	seen := make(map[string]bool)
	wrappers := findWrappers(pkgs)
	called := make(map[*types.Func]bool)
	var passedOn []passed
	for _, p := range pkgs {
		counted := false
		for _, f := range p.Syntax {
			name := p.Fset.Position(f.Package).Filename
			if seen[name] || isGenerated(f) {
				continue
			}
			seen[name] = true
			if !counted {
				counted = true
				prog.Packages++
			}
			s := &scanner{index: x, prog: prog, fset: p.Fset, info: p.TypesInfo, wrappers: wrappers, called: called}
			s.file(f)
			passedOn = append(passedOn, s.passedOn...)
		}
		for _, name := range p.IgnoredFiles {
			if strings.HasSuffix(name, ".go") && !seen[name] {
				seen[name] = true
				prog.Unseen = append(prog.Unseen, Unseen{"the file is excluded by build constraints", token.Position{Filename: name, Line: 1, Column: 1}})
			}
		}
	}
	for _, p := range passedOn {
		if !called[p.f] {
			prog.Unseen = append(prog.Unseen, p.unseen)
		}
	}
	prog.sort()
	return prog
}

// constantString returns the value of a constant string, or "".
func constantString(v constant.Value) string {
	if v == nil || v.Kind() != constant.String {
		return ""
	}
	return constant.StringVal(v)
}

// stringOf returns the value of an expression that is a constant string.
func stringOf(info *types.Info, e ast.Expr) (string, bool) {
	tv, ok := info.Types[e]
	if !ok || tv.Value == nil || tv.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(tv.Value), true
}
