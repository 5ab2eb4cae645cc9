#!/bin/sh
# No HOME, as below some init scripts and in containers; or one that does not exist, or is no directory.
# usage: sh home_may_be_missing.sh WASESSION
. "$(dirname "$0")/lib.sh"
ordinary "$@"

store shop v9-linked-msgs
store old v9-logged-out-stale
unused old
: >"$top/file"
photograph "$bots" >"$top/before"

# try HOW: with `env HOW`. Its words, as those of $here, are split on purpose.
# shellcheck disable=SC2086
try() {
  for ask in "list" "doctor" "disconnect --force" "purge-creds --logged-out --yes" \
    "purge-creds --stale --dry-run"; do
    expect 0 "without a home $ask does not work below --root (env $1)" env $1 wasession $ask $here
    err_is_empty "without a home there is noise, though nothing of it is needed: $ask (env $1)"
  done
  expect 1 "without a home who-holds does not work (env $1)" env $1 wasession who-holds $here
  expect 0 "without a home there is no help (env $1)" env $1 wasession list --help
  expect 0 "without a home list does not work at all (env $1)" env $1 wasession list
  # The registry can't be kept: that is a warning, and the answer is there.
  expect 0 "without a home nothing is listed (env $1)" env $1 wasession list --root "$bots"
  out_has "$bots/shop" "without a home a store is missing (env $1)"

  # What needs a place of its own says so, with the status of what could not be done.
  expect 3 "without a home run does as if it were refused (env $1)" \
    env $1 wasession run --account 15559990000 -- touch "$top/started"
  check "run without a lease says nothing (env $1)" test -s "$top/err"
  check "a command was started without a lease (env $1)" test ! -e "$top/started"
  env $1 wasession purge-creds baileys/old --yes $here >"$top/out" 2>"$top/err"
  check "a purge without a quarantine is told as done (env $1)" test $? -ne 0
  out_has "FAILED" "a purge without a quarantine does not say that it failed (env $1)"
  photograph "$bots" >"$top/now"
  check "a credential is gone and in no quarantine (env $1)" cmp -s "$top/before" "$top/now"
}

cd / || exit 2
if getent passwd "$(id -u)" >/dev/null; then
  echo "left out: HOME unset, for then the home of the account counts, and that is yours"
else
  try "-u HOME"
  try "HOME="
fi
try "HOME=relative"
try "HOME=/nonexistent"
try "HOME=$top/file"
check "a home that does not exist was made" test ! -e /nonexistent -a ! -e /relative

# A home that does not exist yet but may be made, as of a service's user.
expect 0 "run does not work in a home that is yet to be made" \
  env HOME="$top/new" wasession run --account 15559990000 -- true
check "the new home is open to others" test "$(stat -c %a "$top/new/.local/state/wasession")" = 700
# XDG_STATE_HOME takes the place of HOME.
expect 0 "XDG_STATE_HOME does not do in place of HOME" \
  env -u HOME XDG_STATE_HOME="$top/state" wasession run --account 15559990000 -- true
expect 0 "XDG_STATE_HOME does not do in place of HOME" \
  env -u HOME XDG_STATE_HOME="$top/state" wasession purge-creds baileys/old --yes \
  --only-root --root "$bots"
check "the quarantine is not where XDG_STATE_HOME says" test -d "$top/state/wasession/quarantine"
finish
