#!/bin/bash
# What bash proposes, in a real bash without the package bash-completion.
# usage: bash bash.sh WASESSION
set -u
. "$(dirname "$0")/stage.sh"
. "$here/../../completions/wasession.bash"

proposals() {
  # As bash splits it, with a word of its own behind a blank.
  local IFS=' '
  read -r -a COMP_WORDS <<<"$1"
  [[ $1 == *' ' ]] && COMP_WORDS+=('')
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _wasession 2>/dev/null
  printf '%s\n' "${COMPREPLY[@]-}" | sort | paste -sd' '
}

check() {
  # Only with bash-completion another command's own options can be known.
  [[ $1 == *'run '*' -- '* ]] && return
  local wanted
  wanted=$(printf '%s\n' $2 | sort | paste -sd' ')
  local got
  got=$(proposals "$1")
  [[ $got == "$wanted" ]] || complain "bash proposes \"$got\" for \"$1\", not \"$wanted\""
}
each_case check
got=$(proposals 'wasession list openclaw/x')
[[ $got == 'openclaw/x\ \$\(touch\ run\)' ]] || complain "a name is not quoted: $got"
end
