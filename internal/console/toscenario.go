package console

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A scenarioRule is a rule of a scenario for serve: the same reply, times in a row.
type scenarioRule struct {
	*exchange
	args  *object
	times int
	last  bool // of those with the same command and arguments
}

// WriteScenario writes the recording as a scenario for serve. Replies to the same command and
// arguments are given in order, and the last one forever. Rules with more arguments come
// first, since a rule also matches commands with arguments that it does not list.
func (p *Replay) WriteScenario(w io.Writer) error {
	var rules []*scenarioRule
	last := make(map[string]*scenarioRule)
	for _, x := range p.exchanges {
		if x.answer == nil || x.command == "qmp_capabilities" || strings.HasPrefix(x.command, "guest-sync") {
			continue
		}
		key := x.command + " " + x.arguments
		before := last[key]
		if before != nil && before.sameAnswer(x) {
			before.times++
			continue
		}
		v, err := parseValue(x.arguments)
		if err != nil {
			return err // canonical arguments are JSON
		}
		args, _ := v.(*object)
		r := &scenarioRule{exchange: x, args: args, times: 1, last: true}
		if before != nil {
			before.last = false
		}
		last[key] = r
		rules = append(rules, r)
	}
	slices.SortStableFunc(rules, func(a, b *scenarioRule) int { return b.argCount() - a.argCount() })
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "# From the recording %s.\nrules:\n", quote(p.name))
	for _, r := range rules {
		r.write(out)
	}
	return out.Flush()
}

func (r *scenarioRule) argCount() int {
	if r.args == nil {
		return 0
	}
	return len(r.args.names)
}

// sameAnswer reports whether an exchange can share the rule.
func (r *scenarioRule) sameAnswer(x *exchange) bool {
	none := len(r.before)+len(r.after)+len(x.before)+len(x.after) == 0
	return none && canonical(r.answer.get("return")) == canonical(x.answer.get("return")) &&
		canonical(r.answer.get("error")) == canonical(x.answer.get("error"))
}

// write writes the rule. JSON is YAML.
func (r *scenarioRule) write(out *bufio.Writer) {
	fmt.Fprintf(out, "  - command: %s\n", quote(r.command))
	if r.argCount() > 0 {
		fmt.Fprintf(out, "    args: %s\n", appendValue(nil, r.args))
	}
	if !r.last {
		fmt.Fprintf(out, "    times: %d\n", r.times)
	}
	name := "return"
	if r.answer.has("error") {
		name = "error"
	}
	fmt.Fprintf(out, "    %s: %s\n", name, appendValue(nil, r.answer.get(name)))
	writeScenarioEvents(out, "before", r.before)
	writeScenarioEvents(out, "after", r.after)
}

func writeScenarioEvents(out *bufio.Writer, when string, events []*object) {
	if len(events) == 0 {
		return
	}
	fmt.Fprintf(out, "    %s:\n", when)
	for _, ev := range events {
		fmt.Fprintf(out, "      - event: %s\n", quote(ev.text("event")))
		if ev.has("data") {
			fmt.Fprintf(out, "        data: %s\n", appendValue(nil, ev.get("data")))
		}
	}
}
