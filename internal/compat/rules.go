package compat

// A Rule is a kind of change.
type Rule struct {
	Name string

	// Severities by direction; what has none, or one that the rule does not
	// know, takes Any. A change whose direction is not dangerous may have a
	// lower severity than its rule.
	Any        Severity
	Send, Recv Severity
}

// both makes a rule whose severity is the same in all directions.
func both(name string, s Severity) Rule { return Rule{name, s, s, s} }

// byWay makes a rule whose severity depends on the direction.
func byWay(name string, send, recv Severity) Rule { return Rule{name, max(send, recv), send, recv} }

// rules are all rules, in the order in which they are listed.
var rules = []Rule{
	// Commands and events.
	both("COMMAND_REMOVED", Breaking),
	both("COMMAND_ADDED", Info),
	both("EVENT_REMOVED", Breaking),
	both("EVENT_ADDED", Info),
	both("ALLOW_OOB_DROPPED", Warning),
	both("ALLOW_PRECONFIG_DROPPED", Warning),
	both("SUCCESS_RESPONSE_DROPPED", Warning),
	both("EXTRA_ARGS_REFUSED", Warning),
	both("FLAG_ADDED", Info),
	byWay("RETURN_REMOVED", Info, Breaking),
	byWay("RETURN_ADDED", Info, Info),

	// Members.
	byWay("ARG_REMOVED", Breaking, Info),
	byWay("ARG_ADDED_MANDATORY", Breaking, Info),
	byWay("ARG_ADDED_OPTIONAL", Info, Info),
	byWay("MEMBER_REMOVED", Info, Breaking),
	byWay("MEMBER_ADDED", Info, Info),
	byWay("OPTIONAL_TO_MANDATORY", Breaking, Info),
	byWay("MANDATORY_TO_OPTIONAL", Info, Breaking),
	both("MOVED_TO_BRANCH", Warning),

	// Types.
	byWay("TYPE_CHANGED", Breaking, Breaking),
	byWay("TYPE_NARROWED", Breaking, Info),
	byWay("TYPE_WIDENED", Info, Breaking),
	both("INT_RANGE_CHANGED", Warning),
	byWay("STRING_TO_ENUM", Warning, Info),
	byWay("ENUM_TO_STRING", Info, Warning),
	byWay("ENUM_VALUE_REMOVED", Breaking, Info),
	byWay("ENUM_VALUE_ADDED", Info, Warning),
	byWay("BRANCH_REMOVED", Breaking, Info),
	byWay("BRANCH_ADDED", Info, Warning),
	byWay("ALT_REMOVED", Breaking, Info),
	byWay("ALT_ADDED", Info, Breaking),
	byWay("WIDENED_TO_ALTERNATE", Info, Breaking),
	byWay("ALTERNATE_TO_SINGLE", Breaking, Info),

	// Promises.
	both("DEPRECATED", Info),
	both("UNDEPRECATED", Info),
	both("STABLE_TO_UNSTABLE", Warning),
	both("UNSTABLE_TO_STABLE", Info),
	both("FEATURE_REMOVED", Warning),
	both("FEATURE_ADDED", Info),
	both("COND_NARROWED", Warning),
	both("COND_CHANGED", Info),
	both("DEPRECATION_TOO_SHORT", Warning),

	// Go source.
	both("GO_TYPE_REMOVED", Warning),
	both("GO_NAME_CHANGED", Warning),
	both("GO_KIND_CHANGED", Warning),
	both("GO_FIELD_REMOVED", Warning),
	both("GO_FIELD_TYPE_CHANGED", Warning),
	both("GO_CONSTANT_REMOVED", Warning),
	both("GO_SIGNATURE_CHANGED", Warning),
}

var rulesByName = func() map[string]*Rule {
	m := make(map[string]*Rule)
	for i := range rules {
		m[rules[i].Name] = &rules[i]
	}
	return m
}()

// Rules returns all rules.
func Rules() []Rule { return append([]Rule(nil), rules...) }

// severity returns the severity of a rule for a direction.
func severity(rule string, d Direction) Severity {
	r := rulesByName[rule]
	switch d {
	case Send:
		return r.Send
	case Recv:
		return r.Recv
	}
	return r.Any
}
