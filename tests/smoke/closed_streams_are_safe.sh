#!/bin/sh
# stdin, stdout and stderr closed, as daemons and careless wrappers leave them. Whatever is opened then
# gets their numbers: nothing that is printed may land in a database or in a credential.
# usage: sh closed_streams_are_safe.sh WASESSION
. "$(dirname "$0")/lib.sh"

store shop v9-linked-msgs
store lab v9-copy-A
store copy v9-copy-B
photograph "$bots" >"$top/before"

# silent STATUS WHAT WORDS…: the status is told when nothing else can be.
silent() {
  : >"$top/out"
  : >"$top/err"
  wanted_status=$1
  shift
  (exec wasession "$@" >"$top/out" <&- 2>&-)
  ended $? "$wanted_status" "with stdin and stderr closed the status is another" wasession "$@"
  cp "$top/out" "$top/open"
  (exec wasession "$@" <&- 2>&- >&-)
  ended $? "$wanted_status" "with all of them closed the status is another" wasession "$@"
  (exec wasession "$@" >/dev/null 2>"$top/err" <&-)
  check "a closed stdin makes noise: $*" lacks "Bad file descriptor" "$top/err"
}

# Its words are split on purpose.
# shellcheck disable=SC2086
{
  for ask in "list" "list --json" "disconnect --force" "purge-creds --stale --yes"; do
    silent 0 $ask $here
    check "with stdin and stderr closed nothing is printed: $ask" test -s "$top/open"
  done
  silent 1 doctor --fail-on warning $here
  silent 1 who-holds --json $here
  silent 2 list --lost
  silent 2 purge-creds baileys/copy $here
  silent 0 restore --list
  silent 0 --version
  # With a registry, which is a database that is written.
  silent 0 list --root "$bots" --registry "$top/registry.db" "$bots/shop"
  silent 0 list --root "$bots" --registry "$top/registry.db" "$bots/shop"
}
check "what was printed is in the registry" test "$(head -c 15 "$top/registry.db")" = "SQLite format 3"
expect 0 "the registry can't be read any more" \
  wasession list --root "$bots" --registry "$top/registry.db" "$bots/shop"
err_lacks "registry" "the registry can't be read any more"
photograph "$bots" >"$top/now"
check "what was printed is in a credential" cmp -s "$top/before" "$top/now"

# What run starts finds them as they were, but for the number of the lease.
: >"$top/err"
(exec wasession run --account 15559990000 -- sh -c "echo started >'$top/started'" <&- >&- 2>&-)
ended $? 0 "run does not work below a daemon" "wasession run"
check "run does not start its command below a daemon" test -s "$top/started"

# A purge, and what comes back.
# shellcheck disable=SC2086
(exec wasession purge-creds baileys/copy --yes $here <&- >&- 2>&-)
ended $? 0 "purge-creds does not work below a daemon" "wasession purge-creds"
expect 0 "restore --list does not work" wasession restore --list
id=$(sed -n 's/^\([0-9]\{8\}-[0-9a-f-]*\) .*/\1/p' "$top/out")
(exec wasession restore "$id" <&- >&- 2>&-)
ended $? 0 "restore does not work below a daemon" "wasession restore"
photograph "$bots" >"$top/now"
check "what came back is not what was purged" cmp -s "$top/before" "$top/now"
finish
