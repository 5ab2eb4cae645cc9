#!/bin/sh
# A PATH without systemctl, pm2, docker, journalctl or anything else: cron, a container, an initramfs.
# usage: sh tools_may_be_missing_from_path.sh WASESSION
. "$(dirname "$0")/lib.sh"
need node jq

store shop v9-linked-msgs
store lab v9-copy-A
store copy v9-copy-B
mkdir "$top/empty"
wasession=$top/bin/wasession

for path in "$top/empty" "" "/nonexistent:::." ; do
  for ask in "list" "doctor" "disconnect --force" "purge-creds --logged-out --yes"; do
    # Its words are split on purpose.
    # shellcheck disable=SC2086
    expect 0 "$ask needs programs that are not there (PATH=$path)" env PATH="$path" "$wasession" $ask $here
    err_is_empty "$ask complains about programs that it does not need (PATH=$path)"
  done
  expect 127 "run does not say that the command is not there (PATH=$path)" \
    env PATH="$path" "$wasession" run --account 15559990000 -- no-such-bot
  err_has "no-such-bot" "run does not name the command that is not there (PATH=$path)"
done
# shellcheck disable=SC2086
expect 0 "without any variable list does not work" env -i "$wasession" list $here

# A bot below pm2, whose pm2 is not on the PATH of cron. The title is what tells pm2's daemon.
cat >"$top/daemon.js" <<'END'
process.title = `PM2 v5.4.2: God Daemon (${process.argv[3]})`
const child = require('child_process').spawn('sh', ['-c', 'exec 9>>"$1/pre-key-1.json"; echo $$; exec sleep 100', 'sh', process.argv[2]],
  { cwd: '/', stdio: ['ignore', 'inherit', 'inherit'], env: { PATH: process.env.PATH, pm_id: '0', name: 'shop-bot' } })
child.on('exit', () => process.exit())
process.on('SIGTERM', () => child.kill())
END
(cd "$top/bin" && exec node "$top/daemon.js" "$bots/lab" "$top/home/.pm2" >"$top/bot.pid") &
daemon=$!
background="$background $daemon"
eventually "(the test itself) the bot below pm2 does not start" test -s "$top/bot.pid"
bot=$(cat "$top/bot.pid")
# shellcheck disable=SC2086
{
  expect 0 "the bot is not seen" wasession who-holds baileys/lab --json $here
  json ".sessions[0].holders | any(.pid == $bot and .supervisor.kind == \"pm2\" and .supervisor.unit == \"shop-bot\")" \
    "it is not told that pm2 would start the bot again"
  expect 3 "what pm2 will start again is told as stopped for good" \
    env PATH="$top/empty" "$wasession" disconnect pid:$bot --yes --json $here
  json '.outcome | any(.step == "stop-unit" and .result == "failed" and (.detail | test("pm2")))' \
    "it is not told that pm2 is what is missing"
}
finish
