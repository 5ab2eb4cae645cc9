#!/bin/sh
# What fish proposes, in a real fish, and that it says what each word is.
# usage: sh fish.sh WASESSION
set -u
command -v fish >/dev/null || { echo "skipped: no fish"; exit 77; }
. "$(dirname "$0")/stage.sh"
script=$here/../../completions/wasession.fish

check() {
  wanted=$(printf '%s\n' $2 | sort | paste -sd' ')
  got=$(fish --no-config "$here/fish.fish" "$script" "$1" | sort | paste -sd' ')
  [ "$got" = "$wanted" ] || complain "fish proposes \"$got\" for \"$1\", not \"$wanted\""
}
each_case check
fish --no-config "$here/fish.fish" "$script" 'wasession list openclaw/x' |
  grep -qx 'openclaw/x $(touch run)' || complain "a name with blanks is not proposed as it is"
fish --no-config -c "source $script; complete -C 'wasession list openclaw/s'" |
  grep -q '15550003006 device 12 linked' || complain "fish doesn't say whose a session is"
end
