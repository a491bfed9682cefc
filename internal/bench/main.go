// Command bench measures the performance goals of the project, each figure against its yardstick,
// and prints the table of docs/performance.md.
//
// Each row is measured in rounds. In a round the subject and its yardstick run in
// turns, and the ratio is taken inside the round, so that it holds although the
// speed of the machine drifts. The table has the median of the rounds and the
// smallest and largest of them. Processor time is user and system time of a
// process and its children, as the kernel counts it.
//
// The table lists yardsticks that were not found, and how to provide them. It is started by run.sh,
// which generates a package that it needs, on Linux.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	var (
		only    = flag.String("rows", "", "measure only rows whose names match this `expression`")
		list    = flag.Bool("list", false, "list the names of the rows")
		rounds  = flag.Int("rounds", 7, "rounds")
		budget  = flag.Duration("budget", 11*time.Minute, "begin no row after this time")
		codecs  = flag.Bool("codecs", false, "instead, compare codecs in each message")
		all     = flag.Bool("all", false, "with -codecs: all messages, not only those of the table")
		span    = flag.Duration("time", 10*time.Millisecond, "processor time for each codec, message and round")
		against = flag.String("against", "", "a qapi-go `binary`, such as that of an older commit, to measure beside this one")
	)
	times := flag.Int("copies", 0, "instead, write a schema `n` times: arguments are the corpus, a release and a folder")
	flag.Parse()
	if *times > 0 {
		if err := writeCopies(*times, flag.Args()); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(2)
		}
		return
	}
	if err := run(*only, *list, *rounds, *budget, *codecs, *all, *span, *against); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
}

func run(only string, list bool, rounds int, budget time.Duration, codecs, all bool, span time.Duration, against string) error {
	if list {
		for _, r := range rows {
			fmt.Printf("%-12s %s\n", r.name, r.what)
		}
		return nil
	}
	l, err := newLab(rounds, span)
	if err != nil {
		return err
	}
	defer l.close()
	if codecs {
		return compareCodecs(l.corpus, rounds, span, all)
	}
	l.against = against
	return l.measure(only, budget)
}
