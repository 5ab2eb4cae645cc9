#!/bin/sh
# What a cron job may stop: a process that certainly uses the credential; with --force also one that
# is connected to WhatsApp and whose environment leads to it; never one that only stands near.
# usage: sh force_ends_what_is_only_likely.sh WASESSION
. "$(dirname "$0")/lib.sh"
need node jq flock

store shop v9-linked-msgs
wasession=$top/bin/wasession

# WhatsApp's address, and a bot that is connected there.
cat >"$top/whatsapp.js" <<'END'
const server = require('net').createServer(() => {})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
END
cat >"$top/bot.js" <<'END'
require('net').connect(Number(process.env.PORT), '127.0.0.1', () => console.log('connected'))
END
(cd "$top/bin" && exec node "$top/whatsapp.js" >"$top/port") &
background="$background $!"
eventually "(the test itself) nothing listens" test -s "$top/port"
port=$(cat "$top/port")
(cd "$top/bin" && PORT=$port AUTH_DIR="$bots/shop" exec node "$top/bot.js" >"$top/connected") &
bot=$!
background="$background $bot"
eventually "(the test itself) the bot is not connected" test -s "$top/connected"
endpoint="--endpoint 127.0.0.1:$port"

# Its words are split on purpose.
# shellcheck disable=SC2086
{
  expect 0 "a connected bot is not found" wasession who-holds baileys/shop --json $here $endpoint
  json ".sessions[0].holders | length == 1 and .[0].pid == $bot and .[0].confidence == \"likely\"" \
    "a connected bot whose AUTH_DIR is the store is not likely to hold it"
  expect 1 "a process that only likely holds it is ended without --force" \
    wasession disconnect baileys/shop --yes $here $endpoint
  check "a process that only likely holds it was ended without --force" lives "$bot"
  out_has "--force" "it is not told how to end what was left"
  # Without --endpoint its connection is to anybody: that it uses the store is only possible.
  expect 1 "what is only possible is told as ended" \
    wasession disconnect baileys/shop --force --yes --json $here
  json ".plan == [] and .left[0].target == \"pid:$bot\"" "what is only possible is ended by --force"
  check "a process that only possibly holds it was ended" lives "$bot"

  # wacli's LOCK, when there is a store of wacli to be had.
  shared=${WASESSION_SHARED:-$scripts/../../../shared}/fixtures/store-one
  if [ -f "$shared/session.db" ]; then
    mkdir "$bots/wacli"
    cp "$shared/session.db" "$bots/wacli"
    : >"$bots/wacli/LOCK"
    chmod -R u=rwX,go= "$bots/wacli"
    (cd / && exec 9<>"$bots/wacli/LOCK" && flock 9 && : >"$top/locked" && exec sleep 100) &
    locker=$!
    background="$background $locker"
    eventually "(the test itself) the LOCK is not taken" test -e "$top/locked"
    expect 0 "who holds wacli's LOCK is not found" wasession who-holds --json "$bots/wacli" $here
    json '.sessions[0].holders | any(.confidence == "certain" and any(.evidence[]; .kind == "wacli-lock"))' \
      "wacli's LOCK does not make certain who uses the store"
    expect 1 "a store whose LOCK is held is purged" wasession purge-creds "$bots/wacli" --yes $here
    check "a store whose LOCK is held was purged" test -s "$bots/wacli/session.db"
  else
    echo "left out: wacli's LOCK, for there is no ../shared/fixtures (set WASESSION_SHARED)"
  fi

  # It takes 10 s to see that nobody is back.
  expect 0 "--force does not end what likely holds it" \
    cron "$wasession disconnect baileys/shop --force --yes $here $endpoint"
}
check "--force does not end what likely holds it" ends "$bot"
finish
