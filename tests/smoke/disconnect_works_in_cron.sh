#!/bin/sh
# `wasession disconnect --force --yes` from a crontab: no terminal, two variables, nobody to ask.
# usage: sh disconnect_works_in_cron.sh WASESSION
. "$(dirname "$0")/lib.sh"
need jq setsid

wasession=$top/bin/wasession
store lab v9-copy-A
store copy v9-copy-B
store shop v9-linked-msgs

expect 0 "cron sends a mail every night although there is nothing to do" \
  cron "$wasession disconnect --force --yes $here"
err_is_empty "there is noise where nothing is to be done"

hold lab
keeper=$holder
hold copy
rival=$holder
hold shop
bystander=$holder

expect 2 "it acts without --yes and nobody was asked" cron "$wasession disconnect pid:$rival $here"
err_has "--yes" "the mail of cron does not say what is missing"
expect 2 "a pipe counts as somebody who agrees" \
  cron "echo y | $wasession disconnect pid:$rival $here"
expect 2 "a closed stdin counts as somebody who agrees" \
  cron "$wasession disconnect pid:$rival $here <&-"
check "somebody was ended although nobody agreed" lives "$rival"

# It takes 10 s to see that nobody is back.
expect 0 "cron cannot end a conflict" \
  cron "$wasession disconnect baileys/copy --keep pid:$keeper --force --yes --json $here <&-"
err_is_empty "there is noise beside the JSON"
json ".plan | any(.step == \"end-process\" and .target == \"pid:$rival\")" \
  "the plan does not name who was in the way"
json '.outcome | length > 0 and all(.result == "done")' "the outcome does not say that it was done"
check "the rival goes on" ends "$rival"
check "the one that --keep names was ended" lives "$keeper"
check "somebody was ended who uses another credential" lives "$bystander"
expect 0 "cron sends a mail when somebody else has ended it already" \
  cron "$wasession disconnect baileys/copy --force --yes $here"
finish
