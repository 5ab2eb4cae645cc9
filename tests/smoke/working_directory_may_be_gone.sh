#!/bin/sh
# The directory that the shell stands in was deleted or moved away: deployments do that to running jobs.
# usage: sh working_directory_may_be_gone.sh WASESSION
. "$(dirname "$0")/lib.sh"

store shop v9-linked-msgs
store old v9-logged-out-stale
unused old
hold shop
mkdir "$top/gone"

# gone STATUS HARM WORDS…: from a directory that is gone.
gone() {
  wanted_status=$1
  harm_here=$2
  shift 2
  mkdir -p "$top/gone"
  (cd "$top/gone" && rmdir "$top/gone" && exec wasession "$@" >"$top/out" 2>"$top/err" </dev/null)
  ended $? "$wanted_status" "$harm_here" wasession "$@"
}

# Its words are split on purpose.
# shellcheck disable=SC2086
{
  for ask in "list" "list --json" "doctor" "doctor --json" "who-holds" "disconnect --force" \
    "disconnect baileys/shop --dry-run" "purge-creds --logged-out --yes" \
    "list baileys/shop" "list 15553334444" "list $bots/shop"; do
    gone 0 "$ask needs a working directory" $ask $here
    err_is_empty "$ask is noisy about a working directory that it does not need"
  done
  gone 0 "restore --list needs a working directory" restore --list
  gone 0 "--version needs a working directory" --version
  gone 2 "a path from a directory that is gone leads somewhere" list ./shop $here
  gone 2 "a path from a directory that is gone leads somewhere" purge-creds ./old --yes $here
  gone 2 "a root that is gone is the whole machine" list --only-root --root .
  gone 2 "a purge below a root that is gone is one of the whole machine" \
    purge-creds --stale --yes --only-root --root .
  gone 0 "run needs a working directory" run --account 15559990000 -- true
  gone 5 "run changes the status of its command" run --account 15559990000 -- sh -c 'exit 5'

  # Before it goes, a name from here means what it says.
  (cd "$bots" && exec wasession list ./shop $here >"$top/out" 2>"$top/err")
  ended $? 0 "a path from the working directory is not understood" wasession list ./shop
  out_has "baileys/shop" "a path from the working directory leads to another store"
  lines=$(grep -c baileys "$top/out")
  check "a path from the working directory leads to more than its store" test "$lines" -eq 1

  gone 0 "purge-creds needs a working directory" purge-creds --stale --yes $here
}
check "the credential is still there" test ! -e "$bots/old/creds.json"
finish
