package lint_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/lint"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/parser"
)

// allRules are the options with which each rule is checked.
func allRules() lint.Options {
	var o lint.Options
	for _, r := range lint.Rules() {
		o.Use = append(o.Use, string(r.Code))
	}
	return o
}

// lintCorpus lints one of QEMU's schemas by all rules.
func lintCorpus(t *testing.T, dir string, s corpus.Schema) (lint.Schema, []*diag.Diagnostic) {
	t.Helper()
	top := filepath.Join(dir, "corpus", s.Release)
	root, err := filepath.Rel(top, s.Root)
	if err != nil {
		t.Fatal(err)
	}
	schema := load(t, parser.Source{FS: os.DirFS(top), Root: filepath.ToSlash(root)})
	var list diag.List
	lint.Run(schema, allRules(), &list)
	return schema, list.Sorted()
}

// TestCorpus lints QEMU's own schemas: there are no errors, and each finding is within one
// line.
func TestCorpus(t *testing.T) {
	dir := corpus.Dir(t)
	entries, err := os.ReadDir(filepath.Join(dir, "corpus"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range live.Sample(t, entries, 3) {
		for _, s := range corpus.Schemas(t, dir, entry.Name()) {
			schema, found := lintCorpus(t, dir, s)
			counts := make(map[diag.Code]int)
			for _, d := range found {
				counts[d.Code]++
				at, f := schema.IR.Fset.Position(d.Pos), schema.IR.Fset.File(d.Pos)
				if d.Severity != diag.Warning || f == nil || f != schema.IR.Fset.File(d.End) || d.End <= d.Pos || schema.IR.Fset.Position(d.End).Line != at.Line {
					t.Errorf("%s: %s: %s has a span of %d bytes, severity %s", s.Release, at, d.Code, d.End-d.Pos, d.Severity)
				}
			}
			t.Logf("%s %s: %v", s.Release, s.Name, counts)
		}
	}
}

// TestCorpusCounts compares the number of findings in QEMU 10.2.0 with other sources: the
// manual that Sphinx makes of that release says "Not documented" 410 times, and 997 of its
// 1011 definitions have a "Since:".
func TestCorpusCounts(t *testing.T) {
	dir := corpus.Dir(t)
	_, found := lintCorpus(t, dir, corpus.Schemas(t, dir, "10.2.0")[0])
	counts := make(map[diag.Code]int)
	for _, d := range found {
		counts[d.Code]++
	}
	for code, want := range map[diag.Code]int{
		"DOC_MEMBER_MISSING": 410, "DOC_SINCE": 1011 - 997, "DOC_RETURNS": 56, "DOC_ERRORS": 189, "UNUSED_TYPE": 40,
		"DOC_MISSING": 0, "NAME_CASE": 0, "NAME_UNDERSCORE": 0, "RETURN_OBJECT": 0, "LINE_70": 0, "TWO_SPACES": 0, // errors in 10.2
		"GO_NAME_COLLISION": 0, "GO_KEYWORD": 0, "IGNORE_UNUSED": 0, "IGNORE_INVALID": 0,
	} {
		if counts[code] != want {
			t.Errorf("%s: %d, want %d", code, counts[code], want)
		}
	}
}
