#!/bin/sh
# Monitoring runs while somebody repairs: a wasession that looks at a store uses no credential.
# usage: sh wasession_is_no_holder.sh WASESSION
. "$(dirname "$0")/lib.sh"
need jq
store old v9-logged-out-stale
unused old

# Its words are split on purpose.
# shellcheck disable=SC2086
{
  WASESSION_PATH=$bots wasession serve --unix "$top/socket" $here >"$top/served" 2>&1 &
  background="$background $!"
  wasession list --watch $here >"$top/watched" 2>&1 &
  background="$background $!"
  eventually "serve does not listen" test -S "$top/socket"
  eventually "list --watch shows nothing" grep -q baileys/old "$top/watched"
  expect 1 "a wasession is taken for a user of a credential" wasession who-holds --json $here
  json "(.sessions[0].holders // []) == []" "a wasession is named as a holder"
  expect 0 "a wasession is to be disconnected" wasession disconnect baileys/old --force --dry-run $here
  out_lacks "SIGTERM" "a wasession would be ended"
  expect 0 "a wasession that looks on keeps a credential from being purged" wasession purge-creds --stale --yes $here
}
check "the credential is still there" test ! -e "$bots/old/creds.json"
finish
