// Command qapi-go compiles QEMU's QAPI schemas to Go packages and to documentation.
//
// Run "qapi-go help" for its subcommands.
package main

import "os"

func main() {
	collectLess()
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
