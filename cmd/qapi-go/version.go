package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/driver"
)

func newVersion() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version of qapi-go",
		Long: `version prints the version of qapi-go, the Go release that built it, and the platform.

Exit status: 0 printed; 2 could not run.`,
		Example: `  qapi-go version
  qapi-go version --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]string{
					"version": driver.Version(), "go": runtime.Version(),
					"os": runtime.GOOS, "arch": runtime.GOARCH,
				})
			}
			return printVersion(cmd.OutOrStdout())
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object: version, go, os, arch")
	return cmd
}

// printVersion prints what version and --version print.
func printVersion(out io.Writer) error {
	_, err := fmt.Fprintf(out, "qapi-go %s (%s, %s/%s)\n", driver.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
