// Command bench compares the codec of generated types with other codecs, on
// messages that were captured from QEMU.
//
// In each round every codec works on each message for a while; the ratios are
// taken inside a round, and their median over the rounds is printed. Processor
// time (with that of the garbage collector) is what counts on a machine that
// does other things too.
//
// It needs the package qapi, which run.sh generates, and Linux or another Unix.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 10, "rounds")
	span := flag.Duration("time", 10*time.Millisecond, "processor time for each codec, message and round")
	all := flag.Bool("all", false, "all messages, not only those of the table in the reference")
	flag.Parse()
	dir := os.Getenv("QAPI_CORPUS")
	if dir == "" {
		dir = "../../shared"
	}
	if err := run(dir, *rounds, *span, *all); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
}

func run(dir string, rounds int, span time.Duration, all bool) error {
	messages, err := readMessages(dir, all)
	if err != nil {
		return err
	}
	b := &bencher{rounds: rounds, span: span}
	if err := b.compare("decode", messages, decoders); err != nil {
		return err
	}
	if err := b.compare("encode", messages, encoders); err != nil {
		return err
	}
	return b.nesting()
}
