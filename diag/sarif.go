package diag

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"
)

// A Log collects the diagnostics of one or more schemas as a single run of a SARIF 2.1.0 log
// (OASIS, "Static Analysis Results Interchange Format"). The zero Log is empty and ready to
// use.
type Log struct {
	Version string // version of the program, "" if unknown

	results []sarifResult
	rules   []sarifRule
	index   map[Code]int // of rules
}

// Add adds the diagnostics of l in source order. It ignores the format of p.
func (log *Log) Add(p *Printer, l *List) {
	for _, d := range l.Sorted() {
		log.results = append(log.results, log.result(p.record(d)))
	}
}

// Print writes the log to w.
func (log *Log) Print(w io.Writer) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: log.results}
	if run.Results == nil {
		run.Results = []sarifResult{} // an empty array means no findings; no array means not run
	}
	run.Tool.Driver = sarifDriver{
		Name: "qapi-go", Version: log.Version,
		InformationURI: "https://github.com/qapi-go/qapi-go",
		Rules:          log.rules,
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

// result converts a Record. Hints become part of the message; notes with a position and the
// include chain become related locations.
func (log *Log) result(rec Record) sarifResult {
	res := sarifResult{
		RuleID: rec.Code, RuleIndex: log.rule(rec.Code), Level: rec.Severity,
		Locations: []sarifLocation{},
	}
	text := []string{rec.Message}
	seen := make(map[string]bool) // related locations must differ
	for _, n := range rec.Notes {
		if n.Place == nil {
			text = append(text, n.Message)
		} else if key := fmt.Sprint(*n.Place, n.Message); !seen[key] {
			seen[key] = true
			res.RelatedLocations = append(res.RelatedLocations, related(n.Place, n.Message))
		}
	}
	for _, from := range rec.IncludedFrom {
		res.RelatedLocations = append(res.RelatedLocations, related(&from, "included from here"))
	}
	res.Message.Text = strings.Join(text, "; ")
	if rec.Place != nil {
		loc := sarifLocation{PhysicalLocation: physical(rec.Place)}
		if rec.In != "" {
			loc.LogicalLocations = []sarifLogical{{FullyQualifiedName: rec.In}}
		}
		res.Locations = append(res.Locations, loc)
	}
	return res
}

// rule returns the index of the rule for a code, adding it if necessary.
func (log *Log) rule(code Code) int {
	if i, ok := log.index[code]; ok {
		return i
	}
	if log.index == nil {
		log.index = make(map[Code]int)
	}
	i := len(log.rules)
	log.index[code] = i
	rule := sarifRule{ID: code}
	if e, ok := Explain(code); ok {
		rule.ShortDescription = &sarifMessage{Text: e.Title}
		rule.FullDescription = &sarifMessage{Text: e.Rule}
		rule.Help = &sarifHelp{Text: e.Text(), Markdown: e.Markdown()}
	}
	log.rules = append(log.rules, rule)
	return i
}

func physical(at *Place) sarifPhysical {
	var loc sarifPhysical
	loc.ArtifactLocation.URI = fileURI(at.File)
	loc.Region = sarifRegion{at.Line, at.Column, at.EndLine, at.EndColumn}
	return loc
}

func related(at *Place, msg string) sarifLocation {
	return sarifLocation{PhysicalLocation: physical(at), Message: &sarifMessage{Text: msg}}
}

// fileURI returns the name of a file as a URI reference.
func fileURI(name string) string {
	u := url.URL{Path: name}
	if path.IsAbs(name) {
		u.Scheme = "file"
	}
	return u.String()
}

// The SARIF objects in use, named as in the standard.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules,omitempty"`
	}
	sarifRule struct {
		ID               Code          `json:"id"`
		ShortDescription *sarifMessage `json:"shortDescription,omitempty"`
		FullDescription  *sarifMessage `json:"fullDescription,omitempty"`
		Help             *sarifHelp    `json:"help,omitempty"`
	}
	sarifHelp struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID           Code            `json:"ruleId"`
		RuleIndex        int             `json:"ruleIndex"`
		Level            string          `json:"level"`
		Message          sarifMessage    `json:"message"`
		Locations        []sarifLocation `json:"locations"`
		RelatedLocations []sarifLocation `json:"relatedLocations,omitempty"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPhysical  `json:"physicalLocation"`
		LogicalLocations []sarifLogical `json:"logicalLocations,omitempty"`
		Message          *sarifMessage  `json:"message,omitempty"`
	}
	sarifPhysical struct {
		ArtifactLocation struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region sarifRegion `json:"region"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifLogical struct {
		FullyQualifiedName string `json:"fullyQualifiedName"`
	}
)
