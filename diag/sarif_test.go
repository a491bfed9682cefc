package diag

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// checkSARIF checks a log against the standard and its JSON schema (OASIS,
// sarif-schema-2.1.0.json) as far as the objects in use are concerned: properties, types,
// enumerated values, formats, and the rules for indices and regions. It returns the only run.
func checkSARIF(t *testing.T, data []byte) sarifRun {
	t.Helper()
	var v any
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	for _, problem := range sarifSchema["log"].check("$", v) {
		t.Error(problem)
	}
	var log sarifLog
	if err := json.Unmarshal(data, &log); err != nil {
		t.Fatal(err)
	}
	if len(log.Runs) != 1 {
		t.Fatalf("%d runs in the log", len(log.Runs))
	}
	run := log.Runs[0]
	rules := run.Tool.Driver.Rules
	for i, r := range rules {
		if slices.IndexFunc(rules, func(o sarifRule) bool { return o.ID == r.ID }) != i {
			t.Errorf("rule %s is duplicated", r.ID)
		}
	}
	for _, r := range run.Results {
		if r.RuleIndex >= len(rules) || rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("ruleIndex %d is not that of %s", r.RuleIndex, r.RuleID)
		}
		for _, loc := range slices.Concat(r.Locations, r.RelatedLocations) {
			at := loc.PhysicalLocation.Region
			if at.EndLine < at.StartLine || at.EndLine == at.StartLine && at.EndColumn < at.StartColumn {
				t.Errorf("the region ends before it starts: %+v", at)
			}
		}
	}
	return run
}

// A sarifType describes a value in SARIF's schema: its JSON type, the properties of an object,
// the elements of an array.
type sarifType struct {
	kind     string // "object", "array", "string", "integer"
	required []string
	props    map[string]string // to names in sarifSchema
	element  string            // of arrays
	unique   bool              // of arrays: elements differ
	enum     []string          // of strings
	format   func(string) bool // of strings
	least    int               // of integers
}

// sarifSchema has the definitions of SARIF's schema that our logs may use, with all required
// and all sensible properties.
var sarifSchema = map[string]sarifType{
	"log": {kind: "object", required: []string{"version", "runs"},
		props: map[string]string{"$schema": "uri", "version": "version", "runs": "runs"}},
	"version": {kind: "string", enum: []string{"2.1.0"}},
	"uri":     {kind: "string", format: func(s string) bool { u, err := url.Parse(s); return err == nil && u.IsAbs() }},
	"uriReference": {kind: "string", format: func(s string) bool {
		_, err := url.Parse(s)
		return err == nil && s != "" && !strings.ContainsAny(s, " \\\"<>^`{|}") && strings.IndexFunc(s, func(r rune) bool { return r > 0x7e || r < ' ' }) < 0
	}},
	"text": {kind: "string"},
	"runs": {kind: "array", element: "run"},
	"run": {kind: "object", required: []string{"tool"},
		props: map[string]string{"tool": "tool", "columnKind": "columnKind", "results": "results"}},
	"columnKind": {kind: "string", enum: []string{"utf16CodeUnits", "unicodeCodePoints"}},
	"tool":       {kind: "object", required: []string{"driver"}, props: map[string]string{"driver": "toolComponent"}},
	"toolComponent": {kind: "object", required: []string{"name"},
		props: map[string]string{"name": "text", "version": "text", "informationUri": "uri", "rules": "rules"}},
	"rules": {kind: "array", element: "reportingDescriptor", unique: true},
	"reportingDescriptor": {kind: "object", required: []string{"id"}, props: map[string]string{
		"id": "text", "shortDescription": "multiformat", "fullDescription": "multiformat", "help": "multiformat"}},
	"multiformat": {kind: "object", required: []string{"text"}, props: map[string]string{"text": "text", "markdown": "text"}},
	"results":     {kind: "array", element: "result"},
	"result": {kind: "object", required: []string{"message"}, props: map[string]string{
		"ruleId": "text", "ruleIndex": "index", "level": "level", "message": "message",
		"locations": "locations", "relatedLocations": "relatedLocations"}},
	"level":            {kind: "string", enum: []string{"none", "note", "warning", "error"}},
	"index":            {kind: "integer", least: -1},
	"message":          {kind: "object", required: []string{"text"}, props: map[string]string{"text": "text", "markdown": "text"}},
	"locations":        {kind: "array", element: "location"},
	"relatedLocations": {kind: "array", element: "location", unique: true},
	"location": {kind: "object", props: map[string]string{
		"id": "index", "physicalLocation": "physicalLocation", "logicalLocations": "logicalLocations", "message": "message"}},
	"physicalLocation": {kind: "object", required: []string{"artifactLocation"},
		props: map[string]string{"artifactLocation": "artifactLocation", "region": "region"}},
	"artifactLocation": {kind: "object", props: map[string]string{"uri": "uriReference"}},
	"region": {kind: "object", required: []string{"startLine"},
		props: map[string]string{"startLine": "position", "startColumn": "position", "endLine": "position", "endColumn": "position"}},
	"position":         {kind: "integer", least: 1},
	"logicalLocations": {kind: "array", element: "logicalLocation", unique: true},
	"logicalLocation":  {kind: "object", props: map[string]string{"name": "text", "fullyQualifiedName": "text"}},
}

// check returns what is wrong with the value v at a path.
func (typ sarifType) check(at string, v any) []string {
	var problems []string
	complain := func(format string, args ...any) {
		problems = append(problems, at+": "+fmt.Sprintf(format, args...))
	}
	switch v := v.(type) {
	case map[string]any:
		if typ.kind != "object" {
			complain("an object, want %s", typ.kind)
			break
		}
		for _, name := range typ.required {
			if _, ok := v[name]; !ok {
				complain("%s is missing", name)
			}
		}
		for name, value := range v {
			if ref, ok := typ.props[name]; ok {
				problems = append(problems, sarifSchema[ref].check(at+"."+name, value)...)
			} else {
				complain("unknown property %s", name)
			}
		}
	case []any:
		if typ.kind != "array" {
			complain("an array, want %s", typ.kind)
			break
		}
		seen := make(map[string]bool)
		for i, value := range v {
			problems = append(problems, sarifSchema[typ.element].check(fmt.Sprintf("%s[%d]", at, i), value)...)
			if key := fmt.Sprint(value); typ.unique && seen[key] {
				complain("element %d is duplicated", i)
			} else {
				seen[key] = true
			}
		}
	case string:
		if typ.kind != "string" || typ.enum != nil && !slices.Contains(typ.enum, v) || typ.format != nil && !typ.format(v) {
			complain("%q is not a %s, one of %q or of the right format", v, typ.kind, typ.enum)
		}
	case json.Number:
		if n, err := v.Int64(); typ.kind != "integer" || err != nil || n < int64(typ.least) {
			complain("%s, want %s of at least %d", v, typ.kind, typ.least)
		}
	default:
		complain("%v, want %s", v, typ.kind)
	}
	return problems
}

// TestSARIFCheckerRefuses checks that checkSARIF detects errors.
func TestSARIFCheckerRefuses(t *testing.T) {
	for _, text := range []string{
		`{}`,
		`{"version": "2.0.0", "runs": []}`,
		`{"version": "2.1.0", "runs": {}}`,
		`{"version": "2.1.0", "runs": [{"results": []}]}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {}}}]}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x", "colour": "red"}}}]}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x", "informationUri": "x"}}}]}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "columnKind": "bytes"}]}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": null}]}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": {"text": "x"}, "level": "fatal"}]}]}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": {"text": "x"},
			"locations": [{"physicalLocation": {"artifactLocation": {"uri": "a b"}, "region": {"startLine": 1}}}]}]}]}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": {"text": "x"},
			"locations": [{"physicalLocation": {"artifactLocation": {"uri": "a"}, "region": {"startLine": 0}}}]}]}]}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x", "rules": [{"id": "a"}, {"id": "a"}]}}}]}`,
	} {
		var v any
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		if err := dec.Decode(&v); err != nil {
			t.Fatal(err)
		}
		if sarifSchema["log"].check("$", v) == nil {
			t.Errorf("accepted: %s", text)
		}
	}
}
