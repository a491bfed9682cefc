#!/usr/bin/env bash
# With -compat, QEMU 7.2 hides commands that it runs, and lists commands that it refuses.
#
# The option is for tests of programs against QEMU's next releases, and query-qmp-schema is how a
# program learns what QEMU has. It goes by the policy for output: deprecated-output=hide removes
# deprecated commands, events and arguments from it, though all of them still work; also its own
# member "values", in which programs before QEMU 6.2 found the values of enums (now "members").
# deprecated-input=reject, which refuses those commands with the class CommandNotFound, leaves them
# in. query-commands lists them in any case. So a program that asks first uses what is refused, and
# avoids what works. 10.0 and 11.1 do the same.
#
# Seen: QEMU of Debian's qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3, nbd-server-remove.
set -eu
version='1:7.2+dfsg-7+deb12u18+b3'
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/root"
: >"$dir/status"
apt="-o Dir::State::Lists=$dir/lists -o Dir::State::status=$dir/status -o Dir::Cache=$dir/cache -o APT::Sandbox::User=root -o APT::Install-Recommends=false"
apt-get $apt update -qq
apt-get $apt install -y -qq --download-only "qemu-system-x86=$version" "qemu-system-common=$version" "qemu-utils=$version" >/dev/null
for deb in "$dir"/cache/archives/*.deb; do dpkg -x "$deb" "$dir/root"; done
lib=$dir/root/usr/lib/x86_64-linux-gnu
ld=$(find "$dir/root" -name 'ld-linux-x86-64.so.2' | head -n 1)
export QEMU_MODULE_DIR=$lib/qemu
program() { timeout 60 "$ld" --library-path "$lib:$dir/root/lib/x86_64-linux-gnu:$lib/pulseaudio:$lib/libproxy:$lib/systemd" "$dir/root/usr/bin/$1" "${@:2}"; }
qemu() { program qemu-system-x86_64 -L "$dir/root/usr/share/qemu" -L "$dir/root/usr/share/seabios" -nodefaults -display none "$@"; }

qemu --version | head -n 1
see() { # prints whether nbd-server-remove is listed and run, with a policy
	out=$(printf '%s\n' '{"execute": "qmp_capabilities"}' '{"execute": "query-qmp-schema", "id": "schema"}' '{"execute": "query-commands", "id": "commands"}' \
		'{"execute": "nbd-server-remove", "arguments": {"name": "none"}, "id": "run"}' '{"execute": "quit"}' |
		qemu -M none -compat "$1" -qmp stdio)
	has() { grep "\"id\": \"$1\"" <<<"$out" | grep -q "$2" && echo yes || echo no; }
	echo "$1: in schema $(has schema '"name": "nbd-server-remove"'), values $(has schema '"values": '), in commands $(has commands '"name": "nbd-server-remove"'), refused $(has run CommandNotFound)"
}
hide=$(see deprecated-output=hide)
reject=$(see deprecated-input=reject)
printf '%s\n' "$hide" "$reject"
[ "$hide" = 'deprecated-output=hide: in schema no, values no, in commands yes, refused no' ] || { echo "hide has another effect"; exit 1; }
[ "$reject" = 'deprecated-input=reject: in schema yes, values yes, in commands yes, refused yes' ] || { echo "reject has another effect"; exit 1; }
