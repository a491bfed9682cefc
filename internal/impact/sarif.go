package impact

import (
	"encoding/json"
	"io"

	"github.com/qapi-go/qapi-go/internal/compat"
)

// SARIF writes a report in the Static Analysis Results Interchange Format 2.1.0,
// which code scanning services read: one result for each change, at each place.
func SARIF(w io.Writer, r *Report, n Names) error {
	type text struct {
		Text string `json:"text"`
	}
	type region struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
	}
	type artifact struct {
		URI string `json:"uri"`
	}
	type physical struct {
		Artifact artifact `json:"artifactLocation"`
		Region   region   `json:"region"`
	}
	type location struct {
		Physical physical `json:"physicalLocation"`
	}
	type result struct {
		RuleID    string     `json:"ruleId"`
		Level     string     `json:"level"`
		Message   text       `json:"message"`
		Locations []location `json:"locations"`
	}
	type rule struct {
		ID string `json:"id"`
	}
	levels := map[compat.Severity]string{compat.Breaking: "error", compat.Warning: "warning", compat.Note: "note", compat.Info: "note"}
	results, rules, seen := []result{}, []rule{}, make(map[string]bool)
	for _, h := range r.Hits {
		id := string(h.Change.Rule)
		if !seen[id] {
			seen[id] = true
			rules = append(rules, rule{id})
		}
		for _, u := range h.Uses {
			results = append(results, result{id, levels[h.Change.Severity], text{h.Change.Path + ": " + h.message()},
				[]location{{physical{artifact{n.file(u.Pos.Filename)}, region{u.Pos.Line, u.Pos.Column}}}}})
		}
	}
	log := map[string]any{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json",
		"version": "2.1.0",
		"runs": []any{map[string]any{
			"tool":       map[string]any{"driver": map[string]any{"name": "qapi-go", "rules": rules}},
			"columnKind": "utf16CodeUnits",
			"results":    results,
		}},
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(log)
}
