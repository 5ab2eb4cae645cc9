#!/bin/sh
# `wasession purge-creds --stale --yes` from a crontab, and `wasession restore` on the morning after.
# usage: sh purge_and_restore_work_in_cron.sh WASESSION
. "$(dirname "$0")/lib.sh"
need jq setsid

wasession=$top/bin/wasession
store shop v9-linked-msgs
store old v9-logged-out-stale
echo "not of the credential" >"$bots/old/notes.txt"
unused old
store held v6-linked-msgs
hold held
unused held
photograph "$bots" >"$top/before"

expect 2 "it purges without --yes and nobody was asked" cron "$wasession purge-creds --stale $here"
err_has "--yes" "the mail of cron does not say what is missing"
expect 2 "a purge of everything needs no word" cron "$wasession purge-creds --yes $here"
photograph "$bots" >"$top/now"
check "something was touched although nobody agreed" cmp -s "$top/before" "$top/now"

expect 1 "a credential that is left standing does not show in the status" \
  cron "$wasession purge-creds baileys/held --yes $here"
out_has "pid $holder" "it is not told who uses the credential that was left"
expect 0 "cron cannot purge what is stale" cron "$wasession purge-creds --stale --yes $here"
check "a credential in use was purged" test -f "$bots/held/creds.json"
check "a fresh credential was purged" test -f "$bots/shop/creds.json"
check "the stale credential is still there" test ! -e "$bots/old/creds.json"
check "a neighbour of the credential was taken" test -f "$bots/old/notes.txt"

expect 0 "restore --list cannot be scripted" cron "$wasession restore --list --json"
json '.quarantine | length == 1 and .[0].session == "baileys/old" and .[0].files > 0' \
  "what was purged does not stand in the list"
id=$(jq -r '.quarantine[0].id' "$top/out")

# Somebody linked again meanwhile.
echo '{}' >"$bots/old/creds.json"
expect 1 "restore overwrites a newer credential" cron "$wasession restore $id"
check "the newer credential was changed" test "$(cat "$bots/old/creds.json")" = '{}'
rm "$bots/old/creds.json"

expect 0 "what was purged does not come back" cron "$wasession restore $id <&-"
photograph "$bots" >"$top/now"
check "what came back is not what was purged: $(diff "$top/before" "$top/now" | head -n 4)" \
  cmp -s "$top/before" "$top/now"
expect 0 "a restored credential is not listed" wasession list --json baileys/old \
  --only-root --root "$bots"
json '.sessions[0].activity == "stale"' "the time of the last use was lost"
finish
