package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/source"
)

// The exit statuses. There are no others.
const (
	exitClean    = 0 // no findings
	exitFindings = 1 // schema errors, stale output, …
	exitFailed   = 2 // could not run: usage, input or output, configuration
)

// errNoCommand is returned if no command was given, after the help was printed.
var errNoCommand = errors.New("no command")

// run runs the command line and returns the exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot(args...)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	unprinted := checkHelp(root)
	err := root.Execute()
	if err == nil {
		err = *unprinted
	}
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, driver.ErrFindings):
		return exitFindings
	case errors.Is(err, driver.ErrUnreadable), errors.Is(err, errNoCommand):
		return exitFailed
	}
	if wrong := new(config.Mistakes); errors.As(err, &wrong) {
		fmt.Fprintln(stderr, wrong)
		driver.Note(stderr, "%s in %s, nothing done", driver.Plural(len(wrong.List), "mistake"), wrong.Path)
	} else {
		printError(stderr, err)
		if usage := new(usageError); errors.As(err, &usage) {
			fmt.Fprintf(stderr, "Run '%s --help' for usage\n", usage.command)
		}
	}
	return exitFailed
}

// checkHelp keeps the error of printing help, which cobra drops, in what it returns.
func checkHelp(root *cobra.Command) *error {
	var unprinted error
	help := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		var text bytes.Buffer
		out := cmd.OutOrStdout()
		cmd.SetOut(&text)
		help(cmd, args)
		_, unprinted = out.Write(text.Bytes())
	})
	return &unprinted
}

// printError prints an error, and the choices that it has, one a line.
func printError(stderr io.Writer, err error) {
	choice := new(source.UnclearError)
	if !errors.As(err, &choice) || len(choice.Schemas) == 0 {
		driver.Note(stderr, "%v", err)
		return
	}
	before, _, _ := strings.Cut(err.Error(), choice.Error())
	driver.Note(stderr, "%s%s: %s:", before, choice.Name, choice.Problem)
	for _, name := range choice.Schemas {
		fmt.Fprintf(stderr, "  %s\n", diag.Visible(name))
	}
	if choice.More > 0 {
		fmt.Fprintf(stderr, "  and %d more\n", choice.More)
	}
}

// commands are the constructors of the subcommands, by name.
var commands = []struct {
	name string
	make func() *cobra.Command
}{
	{"generate", newGenerate},
	{"docs", newDocs},
	{"check", newCheck},
	{"inspect", newInspect},
	{"diff", newDiff},
	{"lint", newLint},
	{"fmt", newFmt},
	{"explain", newExplain},
	{"vendor", newVendor},
	{"upgrade", newUpgrade},
	{"serve", newServe},
	{"init", newInit},
	{"call", newCall},
	{"events", newEvents},
	{"record", newRecord},
	{"replay", newReplay},
	{"shell", newShell},
	{"version", newVersion},
	{"completion", newCompletion},
}

// newRoot makes the command line for one run, so that runs do not share flags. If args begin with
// the name of a subcommand, only that is made: the others, with all their flags, would take longer
// than many commands run.
func newRoot(args ...string) *cobra.Command {
	var version bool
	root := &cobra.Command{
		Use:   programName,
		Short: "Compile QEMU's QAPI schemas to Go packages and to documentation",
		Long: `qapi-go compiles QEMU's QAPI schemas to Go packages and to documentation.

A SCHEMA is the root file of a schema or a folder that contains it, also in an
archive or a git revision:

  qemu/qapi/qapi-schema.json
  qemu/                                   qemu/qapi/qapi-schema.json
  qemu-10.0.0.tar.xz:qapi/qapi-schema.json
  git:path/to/qemu@v10.0.0:qapi/qapi-schema.json

Without a path, an archive or a git revision is searched for schemas. inspect,
check, diff, call and serve also take a running server, qmp:unix:/run/vm.qmp, or a file
with its answer to query-qmp-schema.

Without --schema, generate, docs and serve use an embedded example. A project can
list its schemas and outputs in qapi.yaml; "qapi-go init" writes one.

Exit status: 0 clean; 1 findings (schema errors, stale output); 2 could not run
(usage, input or output).`,
		SilenceUsage:  true,
		SilenceErrors: true,

		// The command completion replaces that of cobra.
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Args:              cobra.ArbitraryArgs, // else cobra itself refuses an unknown command, in several lines
		RunE: func(cmd *cobra.Command, args []string) error {
			if version {
				return printVersion(cmd.OutOrStdout())
			}
			if len(args) > 0 {
				return unknownCommand(cmd, args)
			}
			cmd.SetOut(cmd.ErrOrStderr())
			if err := cmd.Help(); err != nil {
				return err
			}
			return errNoCommand
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		var unknown *pflag.NotExistError
		if errors.As(err, &unknown) {
			var names []string
			cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
			if near := diag.Nearest(unknown.GetSpecifiedName(), names); near != "" {
				return usagef(cmd, "%v; did you mean --%s?", err, near)
			}
		}
		return usagef(cmd, "%v", err)
	})
	// A flag of our own, since cobra's takes a text/template: with that the linker keeps all
	// exported methods of all types, an eighth of the program.
	root.Flags().BoolVarP(&version, "version", "v", false, "version for qapi-go")
	root.SetHelpCommand(newHelp())
	wanted := commands
	if len(args) > 0 && args[0] != "completion" { // its scripts need all
		for i, c := range commands {
			if c.name == args[0] {
				wanted = commands[i : i+1]
			}
		}
	}
	for _, c := range wanted {
		root.AddCommand(c.make())
	}
	completeFlags(root)
	return root
}

// A usageError is an error in the command line.
type usageError struct{ msg, command string }

func (e *usageError) Error() string { return e.msg }

// usagef returns an error in the command line of cmd.
func usagef(cmd *cobra.Command, format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...), commandLine(cmd)}
}

// noArgs refuses arguments.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef(cmd, "%q is one argument too many", args[0])
	}
	return nil
}

// unknownCommand returns the error for arguments that begin with no command.
func unknownCommand(root *cobra.Command, args []string) error {
	var names []string
	for _, c := range commands {
		names = append(names, c.name)
	}
	hint := diag.DidYouMean(args[0], names)
	if hint != "" {
		hint = "; " + hint
	}
	return usagef(root, "unknown command %q%s", strings.Join(args, " "), hint)
}

// newHelp makes the help command. Unlike cobra's, it fails for an unknown command.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Print help about a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil {
				return usagef(cmd.Root(), "%v", err)
			}
			if len(rest) > 0 {
				return unknownCommand(cmd.Root(), args)
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}
