#!/bin/sh
# Output that can't be written: whoever redirects it must learn that the file is not the answer.
# usage: sh a_full_disk_is_told.sh WASESSION
. "$(dirname "$0")/lib.sh"
[ -c /dev/full ] || skip "there is no /dev/full"

store shop v9-linked-msgs
store old v9-logged-out-stale
unused old
hold shop

# full WORDS…
full() {
  wasession "$@" >/dev/full 2>"$top/err" </dev/null
  status=$?
  : >"$top/out"
  ended $status 3 "a full disk is not told from an answer" wasession "$@"
  err_has "No space left on device" "it is not told that the disk is full: $*"
  check "there is noise about a full disk: $*" test "$(wc -l <"$top/err")" -eq 1
}

# Its words are split on purpose.
# shellcheck disable=SC2086
{
  for ask in "list" "who-holds" "doctor" "doctor --fail-on warning" "disconnect --force" \
    "disconnect baileys/shop --dry-run" "purge-creds --stale --dry-run" \
    "purge-creds --logged-out --yes" "purge-creds baileys/shop --yes"; do
    full $ask $here
    full $ask --json $here
  done
  full restore --list
  full restore --list --json
  full list --watch $here
  full list -q $here
  for command in "" list who-holds doctor disconnect purge-creds restore run serve completion; do
    full $command --help
    full $command --version
  done
  for shell in bash zsh fish; do full completion $shell; done
  photograph "$bots" >"$top/before"

  # A plan that nobody could read is not carried out.
  full purge-creds --stale --yes $here
  photograph "$bots" >"$top/now"
  check "what nobody could read was done all the same" cmp -s "$top/before" "$top/now"
  check "a process was ended by a plan that nobody could read" lives "$holder"

  # Its messages can't be written either: the status still tells.
  wasession list $here >/dev/full 2>/dev/full </dev/null
  check "with both on a full disk the status is not 3" test $? -eq 3
  wasession list --lost >/dev/null 2>/dev/full </dev/null
  check "wrong usage is not told when stderr is on a full disk" test $? -eq 2
  expect 0 "what was in the way of nothing stays in the way" wasession list $here
}
finish
