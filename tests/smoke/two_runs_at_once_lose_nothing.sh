#!/bin/sh
# Two lines of a crontab that fire in the same minute, a loop beside a person, a start beside a start.
# usage: sh two_runs_at_once_lose_nothing.sh WASESSION
. "$(dirname "$0")/lib.sh"
need jq

store shop v9-linked-msgs
store old v9-logged-out-stale
unused old
photograph "$bots" >"$top/before"

# together COUNT COMMAND…: at once; the statuses in $statuses, each output in $top/at.N.
together() {
  count=$1
  shift
  started=
  i=0
  while [ $i -lt "$count" ]; do
    i=$((i + 1))
    "$@" >"$top/at.$i" 2>&1 </dev/null &
    started="$started $!"
  done
  statuses=
  for pid in $started; do
    wait "$pid"
    statuses="$statuses $?"
  done
  cat "$top"/at.* >"$top/out"
  : >"$top/err"
}

# in_all HARM STATUS…: each of the statuses is one of these.
in_all() {
  harm=$1
  shift
  for status in $statuses; do
    checks=$((checks + 1))
    case " $* " in *" $status "*) ;; *) fail "$harm" "statuses$statuses" ;; esac
  done
  check "a sanitizer complained" lacks "Sanitizer" "$top/out"
}

# Their words are split on purpose.
# shellcheck disable=SC2086
for ask in "list" "list --json"; do
  # With the registry, which each of them writes.
  together 5 wasession $ask --root "$bots" --registry "$top/registry.db" "$bots/shop"
  in_all "$ask fails when others look at the same time" 0
  check "$ask complains when others look at the same time" lacks "session registry" "$top/out"
done
# shellcheck disable=SC2086
for ask in "doctor --json" "disconnect --force"; do
  together 2 wasession $ask $here
  in_all "$ask fails when others look at the same time" 0
done

# Of several starts exactly one gets the account.
for round in 1 2; do
  rm -rf "$top/won"
  # shellcheck disable=SC2016
  together 6 wasession run --account 15559990000 -- \
    sh -c 'mkdir "$0/won" 2>/dev/null || touch "$0/twice"; n=0
      until [ "$(grep -l "^Another WhatsApp session" "$0"/at.* | wc -l)" -ge 5 ] || [ $n -ge 100 ]; do
        n=$((n + 1)); sleep 0.05
      done' "$top"
  in_all "a start ends with a status that is no answer" 0 75
  check "of six starts in round $round not exactly one got the account: $statuses" \
    test "$(echo "$statuses" | tr ' ' '\n' | grep -cx 0)" -eq 1
  check "an account was in use twice" test ! -e "$top/twice"
done

# Several purges: whatever each of them says, every byte is at its place or in quarantine, once.
for round in 1 2 3; do
  # shellcheck disable=SC2086
  together 3 wasession purge-creds --stale --yes $here
  in_all "a purge beside a purge ends as if the machine did not allow it" 0 1
  expect 0 "nothing can be listed after several purges at once" wasession restore --list --json
  json '[.quarantine[] | select(.restored_at == null)] | length <= 1' "one credential is in quarantine twice"
  id=$(jq -r '[.quarantine[] | select(.restored_at == null).id][0] // empty' "$top/out")
  if [ -e "$bots/old/creds.json" ]; then
    check "a credential is at its place and in quarantine, too" test -z "$id"
  else
    check "a credential is neither at its place nor in quarantine" test -n "$id"
    # Each of them says that it is back or that it was brought back already.
    together 3 wasession restore "$id"
    check "none of several restores has put it back: $statuses" \
      grep -q "^done .*put back from quarantine" "$top/out"
  fi
  photograph "$bots" >"$top/now"
  check "round $round has lost something" cmp -s "$top/before" "$top/now"
done
finish
