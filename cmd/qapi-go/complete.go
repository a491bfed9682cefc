package main

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/console"
)

// completionTime bounds how long a server may take for introspection while a word is
// completed.
const completionTime = 2 * time.Second

// forCompletion returns the schema for completion, or nil. Nothing is printed.
func (m *machine) forCompletion(cmd *cobra.Command, addr string) *console.Schema {
	known, err := m.known(cmd, io.Discard)
	if known != nil || err != nil {
		return known
	}
	m.target.Addr = addr
	if m.target.Check() != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), completionTime)
	defer cancel()
	c, err := m.target.Dial(ctx, nil)
	if err != nil {
		return nil
	}
	defer c.Close()
	known, err = console.AskSchema(ctx, c, m.names)
	if err != nil {
		return nil
	}
	return known
}

// complete completes the words after the address.
func (m *machine) complete(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 1 {
		m.names = args[1:2]
	}
	schema := m.forCompletion(cmd, args[0])
	if schema == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return completions(schema.Complete(args[1:], typed, nil))
}

// completeEvents completes the names of events.
func (m *machine) completeEvents(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	schema := m.forCompletion(cmd, args[0])
	if schema == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return completions(schema.CompleteEvent(typed))
}

// completions returns candidates in cobra's form.
func completions(candidates []console.Candidate) ([]string, cobra.ShellCompDirective) {
	directive := cobra.ShellCompDirectiveNoFileComp
	var words []string
	for _, c := range candidates {
		words = append(words, cobra.CompletionWithDesc(c.Text, c.Help))
		if c.Open {
			directive |= cobra.ShellCompDirectiveNoSpace
		}
	}
	return words, directive
}
