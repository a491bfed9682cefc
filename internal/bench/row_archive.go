package main

import (
	"os"
	"os/exec"
)

var archiveRows = []row{{"archive", "`check`, `vendor` of a tar.xz of QEMU's tree", archiveRow}}

const needArchive = "QEMU's sources as tar.xz: set QAPI_QEMU_ARCHIVE to one, such as Debian's qemu_*.orig.tar.xz"

func archiveRow(l *lab) ([]figure, error) {
	archive := os.Getenv("QAPI_QEMU_ARCHIVE")
	if _, err := os.Stat(archive); err != nil {
		return nil, missing(needArchive)
	}
	if _, err := exec.LookPath("xz"); err != nil {
		return nil, missing("the program xz")
	}
	spec, into := archive+":qapi/qapi-schema.json", l.path("vendored")
	took, err := l.turns(min(3, l.rounds),
		command(l.program, "check", spec),
		command("sh", "-c", `xz -dc "$0" | tar -t >/dev/null`, archive),
		step{l.aside(into), []string{l.program, "vendor", "--from", spec, "--into", into}},
		// Without the program xz, a library decompresses.
		command("env", "PATH=", l.program, "check", spec),
	)
	if err != nil {
		return nil, err
	}
	yardstick := cpu(took[1])
	return []figure{
		{what: "`check` of a tar.xz of QEMU's tree", yardstick: "`xz -dc FILE \\| tar -t`, CPU", unit: "×", must: 1.2, aim: 1, values: ratios(cpu(took[0]), yardstick)},
		{what: "– `vendor`", yardstick: "the same", unit: "×", must: 1.2, aim: 1, values: ratios(cpu(took[2]), yardstick)},
		{what: "– `check` where there is no program xz", yardstick: "the same", unit: "×", values: ratios(cpu(took[3]), yardstick)},
	}, nil
}
