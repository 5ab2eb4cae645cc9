#!/bin/sh
# The scripts in completions/ are what the binary prints.
# usage: sh checked_in.sh WASESSION
set -u
cd "$(dirname "$0")/../../completions" || exit 2
failed=0
for script in bash:wasession.bash zsh:_wasession fish:wasession.fish; do
  shell=${script%%:*} file=${script#*:}
  "$1" completion "$shell" | cmp -s - "$file" && continue
  echo "completions/$file is not what the command line is: wasession completion $shell >completions/$file" >&2
  failed=1
done
exit $failed
