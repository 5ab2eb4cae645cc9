# Sourced by the tests of this folder, with the built wasession as their $1: a throw-away HOME with two
# sessions that one look has left in the registry, the second of a name that a careless script would
# run. Leaves the directory in $work, which is removed at the end.
here=$(cd "$(dirname "$0")" && pwd)
binary=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
stores=$work/home/.openclaw/credentials/whatsapp
mkdir -p "$stores" "$work/bin" "$work/typed-here"
cp -r "$here/../fixtures/baileys/v6-linked-msgs" "$stores/shop"
cp -r "$here/../fixtures/baileys/v6-linked-msgs" "$stores/x \$(touch run)"
ln -s "$binary" "$work/bin/wasession"
unset WASESSION_REGISTRY WASESSION_PATH WASESSION_ENDPOINTS XDG_STATE_HOME OPENCLAW_STATE_DIR
export HOME="$work/home" PATH="$work/bin:$PATH"
cd "$work/typed-here"
wasession -q list >/dev/null
wasession -q purge-creds "openclaw/x *" --yes >/dev/null
quarantine_id=$(wasession restore --list | grep -o '^[0-9][^ ]*' | head -n 1)
cp -r "$here/../fixtures/baileys/v6-linked-msgs" "$stores/x \$(touch run)"
wasession -q list >/dev/null

failed=0
# complain WHAT: the test goes on, to show all that is wrong, and fails at its end.
complain() {
  printf 'not so: %s\n' "$*" >&2
  failed=1
}

# each_case FUNCTION: calls it with what is typed and the words to be proposed, for every case.
each_case() {
  while IFS='|' read -r typed words; do
    case $typed in '' | '#'*) continue ;; esac
    words=$(printf '%s' "$words" | sed "s/QUARANTINE/$quarantine_id/")
    "$1" "$typed" "$words"
  done <"$here/cases.txt"
}

end() {
  [ ! -e "$work/typed-here/run" ] || complain "the name of a directory was run as a command"
  exit "$failed"
}
