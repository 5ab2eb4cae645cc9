#!/bin/sh
# Pipes that close early: `| head -1`, `| grep -q`, `| true`. No noise, no hang, no harm.
# usage: sh a_reader_may_leave_early.sh WASESSION
. "$(dirname "$0")/lib.sh"
need jq timeout

# piped READER WASESSION-WORDS…: its output in $top/out, the status of wasession in $status.
piped() {
  reader=$1
  shift
  {
    timeout 20 wasession "$@" 2>"$top/err" </dev/null
    echo $? >"$top/status"
  } | sh -c "$reader" >"$top/out"
  status=$(cat "$top/status")
}

quiet() {
  checks=$((checks + 1))
  case " $1 " in
    *" $status "*) ;;
    *) fail "$2" "status $status, expected one of: $1" ;;
  esac
  err_is_empty "$2: there is noise on stderr"
}

# More than a pipe holds, so that it must notice.
i=0
while [ $i -lt 300 ]; do
  i=$((i + 1))
  mkdir "$bots/a-bot-with-a-long-name-so-that-its-row-is-long-$i"
  cp "$fixtures/v9-linked-msgs/creds.json" "$bots/a-bot-with-a-long-name-so-that-its-row-is-long-$i"
done
# 128 + SIGPIPE: as every other program.
# shellcheck disable=SC2086
{
  for ask in "list" "list --json" "doctor" "doctor --json" "who-holds" "who-holds --json" \
    "purge-creds --older-than 2000-01-01 --dry-run" "list --watch"; do
    piped "head -n 1" $ask $here
    quiet "0 1 141" "$ask | head -n 1"
    check "$ask | head -n 1 shows nothing" test -s "$top/out"
  done
  piped "grep -q baileys" list $here
  quiet "0 141" "list | grep -q"
  for ask in "list" "list --watch" "--help" "--version" "restore --list"; do
    piped "true" $ask $here
    quiet "0 141" "$ask | true"
  done

  # Whom SIGPIPE does not end (it is ignored below nohup, systemd and Python) must not hang.
  trap '' PIPE
  piped "head -n 1" list --watch $here
  checks=$((checks + 1))
  [ "$status" = 3 ] || fail "list --watch goes on without a reader when SIGPIPE is ignored" \
    "status $status instead of 3"
  trap - PIPE
}

# What changes something has either been done or not when its reader has gone.
rm -rf "$bots"
mkdir "$bots"
store old v9-logged-out-stale
unused old
photograph "$bots" >"$top/before"
# shellcheck disable=SC2086
for reader in "true" "head -n 1" "head -c 1"; do
  piped "$reader" purge-creds baileys/old --yes $here
  quiet "0 141" "purge-creds | $reader"
  expect 0 "restore --list does not work after purge-creds | $reader" wasession restore --list --json
  id=$(jq -r '[.quarantine[] | select(.restored_at == null).id][0]' "$top/out")
  if [ ! -e "$bots/old/creds.json" ]; then
    expect 0 "what purge-creds | $reader took does not come back" wasession restore "$id"
  fi
  photograph "$bots" >"$top/now"
  check "purge-creds | $reader has lost something" cmp -s "$top/before" "$top/now"
done
finish
