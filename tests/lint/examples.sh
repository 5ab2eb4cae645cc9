#!/bin/sh
# The examples of the manual pages and of README.md run (see examples.awk), each in a HOME of its own
# with a few stores, and without a look at other stores (--only-root). That means: wasession is called,
# does not end with 2, and complains of no usage; jq understands its filter; what would run for ever
# (serve, --watch) ends within 5 seconds of SIGTERM. What a person would answer is answered (--yes),
# `pid:N` is a process that holds a store, an id of the quarantine is one that is there, and the
# programs behind `run` do nothing. What can't be run is skipped, and said.
# Prints `FILE:LINE: examples: what is wrong`; exit 1 when anything was, 77 when it can't run here.
# usage: sh tests/lint/examples.sh WASESSION (the binary; it checks the tree that the script is in)
set -u
[ -x "${1:-}" ] || { echo "usage: sh examples.sh WASESSION" >&2; exit 2; }
EXAMPLE_BINARY=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")/../.." || exit 2
for program in timeout jq; do
  command -v $program >/dev/null || { echo "examples: there is no $program here"; exit 77; }
done
work=$(mktemp -d) || exit 2
holders=
trap 'kill $holders 2>/dev/null; rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/examples"
failed=0 ran=0

awk -v folder="$work/examples" -f tests/lint/examples.awk man/*.[1-8] README.md

# wasession as the examples find it: $EXAMPLE_LOG gets how each call ended.
cat >"$work/bin/wasession" <<'END'
#!/bin/sh
limit=60 answer=
for word in "$@"; do
  case $word in
    --) break ;;
    serve | --watch) limit=2 ;;
    disconnect | purge-creds) answer=--yes ;;
    --yes | -y | --force | --dry-run) answer= ;;
  esac
done
timeout --preserve-status -k 5 $limit \
  "$EXAMPLE_BINARY" --only-root --root "$HOME" "$@" $answer 2>"$EXAMPLE_LOG.last"
status=$?
cat "$EXAMPLE_LOG.last" >&2
[ $limit = 2 ] && [ $status = 143 ] && status=0
echo $status >>"$EXAMPLE_LOG"
exit $status
END
for program in node openclaw wacli; do echo '#!/bin/sh' >"$work/bin/$program"; done
chmod +x "$work"/bin/*
export EXAMPLE_BINARY EXAMPLE_LOG="$work/log"
export HOME="$work/home" PATH="$work/bin:$PATH" XDG_RUNTIME_DIR="$work"
unset TMPDIR XDG_STATE_HOME WASESSION_REGISTRY WASESSION_PATH WASESSION_ENDPOINTS
unset OPENCLAW_HOME OPENCLAW_PROFILE OPENCLAW_STATE_DIR WACLI_STORE_DIR

# Root looks into every memory: a key that another test has in its own would be found there, and its
# process ended by `disconnect`. Copies stay copies.
cp -R tests/fixtures/baileys "$work/fixtures"
for creds in "$work"/fixtures/*/creds.json; do
  key=$(grep -o '"noiseKey".*' "$creds" | grep -o '"data": *"[^"]*"' | sed -n '2s/.*"\(.*\)"/\1/p')
  sed -i "s|$key|$(head -c 32 /dev/urandom | base64)|" "$work"/fixtures/*/creds.json
done
# Behind two lengths an input of the fuzzer is a database.
tail -c +9 tests/fuzz/corpus/whatsmeow/no-devices >"$work/session.db"

# stage: the HOME that an example finds; sets $id to an entry in its quarantine.
stage() {
  rm -rf "$HOME"
  stores=$HOME/.openclaw/credentials/whatsapp
  mkdir -p "$stores" "$HOME/bots" "$HOME/.zfunc" "$HOME/.config/fish/completions"
  mkdir -p "$HOME/.wacli/accounts/work"
  cp -R "$work/fixtures/v9-copy-A" "$stores/default"
  cp -R "$work/fixtures/v9-copy-B" "$stores/default.bak"
  cp -R "$work/fixtures/v6-linked-msgs" "$stores/purged"
  cp -R "$work/fixtures/v9-linked-msgs" "$HOME/bots/shop-bot"
  for wacli in "$HOME/.wacli" "$HOME/.wacli/accounts/work"; do
    cp "$work/session.db" "$wacli" && touch "$wacli/LOCK"
  done
  (umask 077 && echo 0123456789abcdef0123456789abcdef >"$HOME/token")
  wasession purge-creds openclaw/purged >/dev/null 2>&1
  id=$(cd "$HOME/.local/state/wasession/quarantine" && echo 2*)
  : >"$EXAMPLE_LOG"
}

# hold STORE: $held is a process that certainly uses it
hold() {
  (cd / && exec sh -c 'exec 9>>"$1/pre-key-1.json"; exec sleep 100' sh "$stores/$1") >/dev/null 2>&1 &
  held=$!
  holders="$holders $held"
}

complain() {
  echo "$place: examples: $1"
  failed=1
}
skip() { echo "$place: skipped: $1: $(head -n 1 "$work/line")"; }

for example in "$work"/examples/*; do
  place=$(head -n 1 "$example")
  tail -n +2 "$example" >"$work/line"
  grep -q -e '…' -e '\[[A-Z-]' "$work/line" && skip "a synopsis" && continue
  stage
  # Who links a first device has no store yet.
  ! grep -q 'wacli auth' "$work/line" || rm -rf "$HOME/.wacli"
  first=0 second=0
  grep -q 'pid:[0-9]' "$work/line" &&
    hold default && first=$held && hold default.bak && second=$held && sleep 0.3
  awk -v first="$first" -v second="$second" -v id="$id" '
    {
      gsub(/QUARANTINE-ID/, id)
      gsub(/restore [0-9][0-9a-f-]+/, "restore " id)
      while (match($0, /pid:[0-9]+/)) {
        pid = substr($0, RSTART, RLENGTH)
        if (!(pid in real)) real[pid] = count++ ? second : first
        line = line substr($0, 1, RSTART - 1) "pid:" real[pid]
        $0 = substr($0, RSTART + RLENGTH)
      }
      print line $0
      line = ""
    }
    END { print "wait" }
  ' "$work/line" >"$work/script"
  if grep -q -e '--fix' "$work/line" &&
    wasession doctor --json --only stale-lock 2>/dev/null | jq -e --arg home "$HOME/" \
      'any(.findings[]; .path // "" | startswith($home) | not)' >/dev/null; then
    skip "it would remove a lock that is not of this test" && continue
  fi
  : >"$EXAMPLE_LOG"
  (cd "$HOME" && sh "$work/script") >"$work/out" 2>"$work/err" </dev/null
  ran=$((ran + 1))
  [ -s "$EXAMPLE_LOG" ] || complain "it does not call wasession: $(head -n 1 "$work/err")"
  ! grep -qi 'see wasession .*--help' "$work/err" || complain "wrong usage: $(head -n 1 "$work/err")"
  ! grep -q '^jq: ' "$work/err" || complain "$(grep '^jq: ' "$work/err" | head -n 1)"
  while read -r status; do
    case $status in
      0 | 1 | 75 | 126 | 127 | 141) ;;  # the last one: who read it had enough
      2)
        said=$(head -n 1 "$work/err")
        case $said in
          *'no session matches'* | *'nothing tells which one'*) skip "$said" ;;
          *) complain "it ends with 2: $said" ;;
        esac
        ;;
      3) skip "it ends with 3 here, $(head -n 1 "$work/err")" ;;
      *) complain "it ends with $status" ;;
    esac
  done <"$EXAMPLE_LOG"
  # shellcheck disable=SC2086
  [ -z "$holders" ] || kill $holders 2>/dev/null
  holders=
done
echo "examples: $ran ran"
[ $failed -eq 0 ] && [ $ran -gt 0 ]
