package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/gen/golang"
	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/console"
	"github.com/qapi-go/qapi-go/internal/driver"
)

func newInit() *cobra.Command {
	var force bool
	var docs string
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write qapi.yaml, the configuration of a project",
		Long: `init writes qapi.yaml in the current folder: the outputs of generate and docs, with
comments that list the other settings. It uses the schemas that vendor copied to
folders below. An existing qapi.yaml is kept, unless --force is given.

Comments in generated code are copied from the schema, whose licence then also covers
the generated files: for QEMU's schemas, GPL-2.0-or-later. On a terminal, init asks
whether to copy them; --docs answers full, summary or none. With none, the files are
under Apache-2.0 alone.

Exit status: 0 written; 2 not written.`,
		Example: `  qapi-go init
  qapi-go init --docs none --force`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if docs != "" && !slices.Contains(goDocs, docs) {
				return usagef(cmd, "--docs takes full, summary or none, not %q", docs)
			}
			if _, err := os.Lstat(config.FileName); err == nil && !force {
				return errConfigExists
			}
			schemas, err := driver.VendoredRoots(".")
			if err != nil {
				return err
			}
			if docs == "" && console.IsTerminal(cmd.InOrStdin()) && console.IsTerminal(cmd.ErrOrStderr()) {
				if docs, err = askDocs(cmd.InOrStdin(), cmd.ErrOrStderr()); err != nil {
					return err
				}
			}
			if err := writeConfig(startingConfig(schemas, docs), force); err != nil {
				return err
			}
			next := "Next:\n"
			if len(schemas) == 0 {
				next += "  " + invocation() + " vendor --from qemu-10.0.0.tar.xz:" + exampleRoot + " --into " + exampleFolder +
					"   # or set schema in " + config.FileName + "\n"
			}
			next += "  " + invocation() + " generate           # write the Go package\n" +
				"  " + invocation() + " generate --check   # in CI: is it up to date?\n"
			if _, err := fmt.Fprint(cmd.OutOrStdout(), next); err != nil {
				return err
			}
			driver.Note(cmd.ErrOrStderr(), "%s written", config.FileName)
			if docs == "" {
				driver.Note(cmd.ErrOrStderr(), "generated comments are copied from the schema and keep its licence, QEMU's is %s; \"docs: none\" in %s copies nothing",
					driver.DefaultLicence, config.FileName)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&docs, "docs", "", "documentation copied into generated comments: full, summary or none (default: ask on a terminal, else full)")
	cmd.Flags().BoolVar(&force, "force", false, "overwrite an existing "+config.FileName)
	return cmd
}

// askDocs asks how much documentation to copy.
func askDocs(in io.Reader, out io.Writer) (string, error) {
	fmt.Fprintf(out, `Comments of the schema can be copied into the generated Go code.
  full  copy them: files are under Apache-2.0 AND the schema's licence (QEMU's: %s)
  none  copy nothing, write short comments: files are under Apache-2.0 alone
`, driver.DefaultLicence)
	lines := bufio.NewScanner(in)
	for {
		fmt.Fprint(out, "Copy comments? full or none [full]: ")
		if !lines.Scan() {
			if err := lines.Err(); err != nil {
				return "", err
			}
			fmt.Fprintln(out)
			return string(golang.DocsFull), nil
		}
		switch answer := strings.TrimSpace(lines.Text()); {
		case answer == "":
			return string(golang.DocsFull), nil
		case slices.Contains(goDocs, answer):
			return answer, nil
		}
	}
}

// The schema in the configuration if none is found.
const (
	exampleFolder = "qapi-schema"
	exampleRoot   = "qapi/qapi-schema.json"
)

var errConfigExists = errors.New(config.FileName + " exists; --force overwrites it")

// writeConfig writes the configuration of the current folder. If it fails, there is no new file,
// and an existing one is as it was.
func writeConfig(text []byte, force bool) error {
	if info, err := os.Lstat(config.FileName); force && err == nil {
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s is not a regular file: it is not overwritten", config.FileName)
		}
		return replaceFile(config.FileName, text)
	}
	f, err := os.OpenFile(config.FileName, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return errConfigExists
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(config.FileName))
	}
	return nil
}

// startingConfig returns the text of a configuration for the schemas. An empty docs is not set.
func startingConfig(schemas []string, docs string) []byte {
	if len(schemas) == 0 {
		schemas = []string{path.Join(exampleFolder, exampleRoot)}
	}
	var text, sites bytes.Buffer
	text.WriteString(startingText)
	if len(schemas) == 1 {
		fmt.Fprintf(&text, startingSchema, schemas[0])
	}
	text.WriteString(startingGo)
	taken := make(map[string]bool)
	for _, s := range schemas {
		name := packageFor(s)
		folder := name
		if taken[folder] {
			folder = strings.ReplaceAll(path.Dir(s), "/", "-")
		}
		taken[folder] = true
		fmt.Fprintf(&text, startingOutput, "internal/"+folder, name)
		own := ""
		if len(schemas) > 1 {
			own = fmt.Sprintf("schema: %q", s)
			text.WriteString("    " + own + "\n")
			own += ", "
		}
		text.WriteString(startingKeys)
		if docs != "" {
			fmt.Fprintf(&text, startingDocs, docs)
		} else {
			text.WriteString(startingNoDocs)
		}
		text.WriteString(startingRename)
		fmt.Fprintf(&sites, startingSiteOutput, own, "docs/"+folder)
	}
	text.WriteString(startingSite)
	text.Write(sites.Bytes())
	text.WriteString(startingEnd)
	return text.Bytes()
}

// packageFor returns the name of a package for a schema: the folder in QEMU's
// sources that it comes from, which is qapi, qga or storage-daemon.
func packageFor(schema string) string {
	folder := path.Base(path.Dir(schema))
	if above := path.Base(path.Dir(path.Dir(schema))); above == "storage-daemon" {
		folder = above
	}
	name := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, folder)
	if !isPackage(name) {
		return defaultPackage
	}
	return name
}

// The parts of a configuration: the start, the schema if there is one only, an output of generate,
// how much documentation it copies if that is set and if it is not, the rest of the output, what
// precedes the outputs of docs, such an output, and the end. They are no text/template: with it the
// linker keeps all exported methods of all types, an eighth of the program.
const (
	startingText = `# What qapi-go generates in this project. "qapi-go help generate" describes the keys,
# which are also flags; docs/config.md of qapi-go lists all. Paths are relative to
# this file.
version: 1
`
	startingSchema = "schema: %q\n"
	startingGo     = `
# Go packages: "qapi-go generate".
generate:
`
	startingOutput = `  - out: %q
    package: %s
`
	startingKeys = `    # parts: [types, client, events, server]   # what is generated
    # include: ["query-*", SHUTDOWN]           # only these commands and events
    # define: [CONFIG_LINUX]                   # what the server was built with
`
	startingDocs   = "    docs: %s\n"
	startingNoDocs = `    # docs: summary                            # comments copied from the schema: full, summary, none
`
	startingRename = `    # rename: {Foo: Bar}                       # Go names of your own
`
	startingSite = `
# Documentation: "qapi-go docs".
# docs:
`
	startingSiteOutput = `#   - {%sout: %q, format: [text]}
`
	startingEnd = `
# "qapi-go diff OLD NEW".
# diff: {level: [send, recv, go], fail_on: breaking, accept: accepted-breaks.txt}
`
)
