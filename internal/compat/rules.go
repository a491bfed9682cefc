package compat

import "sync"

// A RuleCode is the name of a rule, as users write it.
type RuleCode string

// A Rule is a kind of change.
type Rule struct {
	Name RuleCode

	// Severities by direction. Any applies to changes without a direction, or of another. A
	// change in a harmless direction may have a lower severity than its rule.
	Any        Severity
	Send, Recv Severity
}

// both makes a rule whose severity is the same in both directions.
func both(name RuleCode, s Severity) Rule { return Rule{name, s, s, s} }

// byDirection makes a rule whose severity depends on the direction.
func byDirection(name RuleCode, send, recv Severity) Rule {
	return Rule{name, max(send, recv), send, recv}
}

// The rules.
const (
	// Commands and events.
	RuleCommandRemoved         RuleCode = "COMMAND_REMOVED"
	RuleCommandAdded           RuleCode = "COMMAND_ADDED"
	RuleEventRemoved           RuleCode = "EVENT_REMOVED"
	RuleEventAdded             RuleCode = "EVENT_ADDED"
	RuleAllowOOBDropped        RuleCode = "ALLOW_OOB_DROPPED"
	RuleAllowPreconfigDropped  RuleCode = "ALLOW_PRECONFIG_DROPPED"
	RuleSuccessResponseDropped RuleCode = "SUCCESS_RESPONSE_DROPPED"
	RuleExtraArgsRefused       RuleCode = "EXTRA_ARGS_REFUSED"
	RuleFlagAdded              RuleCode = "FLAG_ADDED"
	RuleReturnRemoved          RuleCode = "RETURN_REMOVED"
	RuleReturnAdded            RuleCode = "RETURN_ADDED"

	// Members.
	RuleArgRemoved          RuleCode = "ARG_REMOVED"
	RuleArgAddedMandatory   RuleCode = "ARG_ADDED_MANDATORY"
	RuleArgAddedOptional    RuleCode = "ARG_ADDED_OPTIONAL"
	RuleMemberRemoved       RuleCode = "MEMBER_REMOVED"
	RuleMemberAdded         RuleCode = "MEMBER_ADDED"
	RuleOptionalToMandatory RuleCode = "OPTIONAL_TO_MANDATORY"
	RuleMandatoryToOptional RuleCode = "MANDATORY_TO_OPTIONAL"
	RuleMovedToBranch       RuleCode = "MOVED_TO_BRANCH"

	// Types.
	RuleTypeChanged        RuleCode = "TYPE_CHANGED"
	RuleTypeNarrowed       RuleCode = "TYPE_NARROWED"
	RuleTypeWidened        RuleCode = "TYPE_WIDENED"
	RuleIntRangeChanged    RuleCode = "INT_RANGE_CHANGED"
	RuleStringToEnum       RuleCode = "STRING_TO_ENUM"
	RuleEnumToString       RuleCode = "ENUM_TO_STRING"
	RuleEnumValueRemoved   RuleCode = "ENUM_VALUE_REMOVED"
	RuleEnumValueAdded     RuleCode = "ENUM_VALUE_ADDED"
	RuleBranchRemoved      RuleCode = "BRANCH_REMOVED"
	RuleBranchAdded        RuleCode = "BRANCH_ADDED"
	RuleAltRemoved         RuleCode = "ALT_REMOVED"
	RuleAltAdded           RuleCode = "ALT_ADDED"
	RuleWidenedToAlternate RuleCode = "WIDENED_TO_ALTERNATE"
	RuleAlternateToSingle  RuleCode = "ALTERNATE_TO_SINGLE"

	// Promises.
	RuleDeprecated          RuleCode = "DEPRECATED"
	RuleUndeprecated        RuleCode = "UNDEPRECATED"
	RuleStableToUnstable    RuleCode = "STABLE_TO_UNSTABLE"
	RuleUnstableToStable    RuleCode = "UNSTABLE_TO_STABLE"
	RuleFeatureRemoved      RuleCode = "FEATURE_REMOVED"
	RuleFeatureAdded        RuleCode = "FEATURE_ADDED"
	RuleCondNarrowed        RuleCode = "COND_NARROWED"
	RuleCondChanged         RuleCode = "COND_CHANGED"
	RuleDeprecationTooShort RuleCode = "DEPRECATION_TOO_SHORT"

	// Go source.
	RuleGoTypeRemoved      RuleCode = "GO_TYPE_REMOVED"
	RuleGoNameChanged      RuleCode = "GO_NAME_CHANGED"
	RuleGoKindChanged      RuleCode = "GO_KIND_CHANGED"
	RuleGoFieldRemoved     RuleCode = "GO_FIELD_REMOVED"
	RuleGoFieldTypeChanged RuleCode = "GO_FIELD_TYPE_CHANGED"
	RuleGoConstantRemoved  RuleCode = "GO_CONSTANT_REMOVED"
	RuleGoSignatureChanged RuleCode = "GO_SIGNATURE_CHANGED"
)

// rules are all rules, in the order in which they are listed.
var rules = []Rule{
	// Commands and events.
	both(RuleCommandRemoved, Breaking),
	both(RuleCommandAdded, Info),
	both(RuleEventRemoved, Breaking),
	both(RuleEventAdded, Info),
	both(RuleAllowOOBDropped, Warning),
	both(RuleAllowPreconfigDropped, Warning),
	both(RuleSuccessResponseDropped, Warning),
	both(RuleExtraArgsRefused, Warning),
	both(RuleFlagAdded, Info),
	byDirection(RuleReturnRemoved, Info, Breaking),
	byDirection(RuleReturnAdded, Info, Info),

	// Members.
	byDirection(RuleArgRemoved, Breaking, Info),
	byDirection(RuleArgAddedMandatory, Breaking, Info),
	byDirection(RuleArgAddedOptional, Info, Info),
	byDirection(RuleMemberRemoved, Info, Breaking),
	byDirection(RuleMemberAdded, Info, Info),
	byDirection(RuleOptionalToMandatory, Breaking, Info),
	byDirection(RuleMandatoryToOptional, Info, Breaking),
	both(RuleMovedToBranch, Warning),

	// Types.
	byDirection(RuleTypeChanged, Breaking, Breaking),
	byDirection(RuleTypeNarrowed, Breaking, Info),
	byDirection(RuleTypeWidened, Info, Breaking),
	both(RuleIntRangeChanged, Warning),
	byDirection(RuleStringToEnum, Warning, Info),
	byDirection(RuleEnumToString, Info, Warning),
	byDirection(RuleEnumValueRemoved, Breaking, Info),
	byDirection(RuleEnumValueAdded, Info, Warning),
	byDirection(RuleBranchRemoved, Breaking, Info),
	byDirection(RuleBranchAdded, Info, Warning),
	byDirection(RuleAltRemoved, Breaking, Info),
	byDirection(RuleAltAdded, Info, Breaking),
	byDirection(RuleWidenedToAlternate, Info, Breaking),
	byDirection(RuleAlternateToSingle, Breaking, Info),

	// Promises.
	both(RuleDeprecated, Info),
	both(RuleUndeprecated, Info),
	both(RuleStableToUnstable, Warning),
	both(RuleUnstableToStable, Info),
	both(RuleFeatureRemoved, Warning),
	both(RuleFeatureAdded, Info),
	both(RuleCondNarrowed, Warning),
	both(RuleCondChanged, Info),
	both(RuleDeprecationTooShort, Warning),

	// Go source.
	both(RuleGoTypeRemoved, Warning),
	both(RuleGoNameChanged, Warning),
	both(RuleGoKindChanged, Warning),
	both(RuleGoFieldRemoved, Warning),
	both(RuleGoFieldTypeChanged, Warning),
	both(RuleGoConstantRemoved, Warning),
	both(RuleGoSignatureChanged, Warning),
}

// rulesByName returns the rules by name.
var rulesByName = sync.OnceValue(func() map[RuleCode]*Rule {
	m := make(map[RuleCode]*Rule)
	for i := range rules {
		m[rules[i].Name] = &rules[i]
	}
	return m
})

// Rules returns all rules.
func Rules() []Rule { return append([]Rule(nil), rules...) }

// severity returns the severity of a rule for a direction.
func severity(rule RuleCode, d Direction) Severity {
	r := rulesByName()[rule]
	switch d {
	case Send:
		return r.Send
	case Recv:
		return r.Recv
	}
	return r.Any
}
