#!/bin/sh
# `wasession doctor --json | jq …`, as monitoring scripts and CI have it.
# usage: sh doctor_json_goes_through_jq.sh WASESSION
. "$(dirname "$0")/lib.sh"
need jq

store shop v9-linked-msgs
# shellcheck disable=SC2086
{
  expect 0 "a healthy machine is not told as healthy" wasession doctor --json $here
  # What is not of a session is of this machine: a stale lock of its gateway, processes of others.
  json '.schema == "wasession.doctor/1" and .verdict != "errors" and all(.findings[]; .sessions == [])' \
    "jq does not read a healthy verdict"
  err_is_empty "monitoring gets a mail for a healthy machine"

  store lab v9-copy-A
  store copy v9-copy-B
  expect 0 "a warning stops a pipeline that asked for errors" wasession doctor --json $here
  json '[.findings[] | select(.sessions != []).code] == ["copied-credential"]' "jq does not find the code of the finding"
  expect 1 "--fail-on warning lets a warning pass" wasession doctor --json --fail-on warning $here

  hold lab
  first=$holder
  hold copy
  expect 1 "a credential that is used twice passes CI" wasession doctor --json $here
  json '.verdict == "errors"' "the verdict and the exit status disagree"
  json ".findings[0].pids | sort == ([$first, $holder] | sort)" "the finding does not name who fights"
  json '[.findings[0].sessions[]] | sort == ["baileys/copy", "baileys/lab"]' \
    "the finding does not name the sessions"
  json '.findings | all(.summary and .explanation and (.severity | IN("error", "warning", "info")))' \
    "a finding lacks what the README promises of each"
  json '[.findings[0].remedy[] | select(startswith("wasession disconnect pid:"))] | length == 1' \
    "jq does not get at the command that ends the fight"

  # The example of the README.
  wasession doctor --json --fail-on error $here >"$top/doctor.json" 2>"$top/err" ||
    jq -r '.findings[].summary' "$top/doctor.json" >"$top/out"
  out_has "One credential is in use twice" "the README's line for CI says nothing"

  printf '{' >"$bots/shop/creds.json"
  expect 1 "a broken credential passes" wasession doctor --json $here
  json 'any(.findings[]; .code == "corrupt-credentials" and .sessions == ["baileys/shop"])' \
    "one broken store hides itself or the others"

  # Whatever is asked, one text of one line: tools that read line by line live of that.
  for ask in "list" "who-holds" "doctor" "disconnect --dry-run" "purge-creds --stale --dry-run" \
    "restore --list"; do
    # Their status is other scripts' theme.
    wasession $ask --json $here >"$top/out" 2>"$top/err"
    json '.schema | test("^wasession\\.[a-z-]+/1$")' "$ask --json has no schema"
    check "$ask --json is not one line" test "$(wc -l <"$top/out")" -eq 1
  done
}
finish
