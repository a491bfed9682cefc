package main

import "time"

// compareCodecs compares the codec of generated types with other codecs, for messages that were
// captured from QEMU.
//
// In each round every codec works on each message for a while; the ratios are
// taken inside a round, and their median over the rounds is printed. Processor
// time, including that of the garbage collector, is meaningful on a busy machine, too.
func compareCodecs(dir string, rounds int, span time.Duration, all bool) error {
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
	return nil
}
