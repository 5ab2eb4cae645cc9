#!/bin/sh
# Proves that each check of check_tree.sh can fail: plants one fault at a time in a copy of the tree
# and looks for its message, and for no other.
# usage: sh tests/lint/selftest.sh
set -eu
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree
failures=0

mkdir "$tree"
tar -cf - --exclude node_modules lib cmd man share tests | tar -xf - -C "$tree"

# A tree that already has faults would hide the planted ones.
sh "$tree/tests/lint/check_tree.sh" >"$scratch/clean" || {
  echo "the tree has faults of its own:" && cat "$scratch/clean" && exit 1
}

# plant FILE 'TEXT' 'MESSAGE' [EXIT]: appends TEXT to FILE, expects a line FILE:…: MESSAGE (a basic
# regular expression), or no complaint where MESSAGE is empty, and puts the file back as it was.
plant() {
  file=$tree/$1
  mkdir -p "$(dirname "$file")"
  rm -f "$scratch/kept"
  [ ! -f "$file" ] || cp "$file" "$scratch/kept"
  printf '%b' "$2" >>"$file"
  status=0
  sh "$tree/tests/lint/check_tree.sh" >"$scratch/said" 2>&1 || status=$?
  if [ -z "$3" ]; then
    [ $status -eq 0 ] || fail "complains about $1 with: $2"
  elif [ $status -ne 1 ] || ! grep -q "^$1:[0-9]*: $3" "$scratch/said"; then
    fail "does not say '$3' of $1 with: $2"
  elif grep -qv "^$1:[0-9]*: $3" "$scratch/said"; then
    fail "says more than '$3' of $1 with: $2"
  fi
  rm -f "$file"
  [ ! -f "$scratch/kept" ] || mv "$scratch/kept" "$file"
}

fail() {
  echo "selftest: check_tree.sh $1"
  sed 's/^/  /' "$scratch/said"
  failures=$((failures + 1))
}

lines() { awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "int line_%d;\\n", i }'; }

# The include graph, spelled out: what each room may not do, and what it may. All rooms of the
# design count, also those that don't exist yet.
room() {
  mkdir -p "$tree/lib/$1"
  echo "#include \"$2/planted.h\"" >"$tree/lib/$1/planted.cpp"
  (cd "$tree" && awk -f tests/lint/rooms.awk tests/lint/rooms.txt "lib/$1/planted.cpp") \
    >"$scratch/said" 2>&1 || true
  rm "$tree/lib/$1/planted.cpp"
}
every="model registry lease observe judge plan apply report serve"
while read -r from allowed; do
  for to in $every; do
    room "$from" "$to"
    case " $from $allowed " in
      *" $to "*) [ ! -s "$scratch/said" ] || fail "forbids $from to include $to" ;;
      *) grep -q "^lib/$from/planted.cpp:1: rooms: room $from may not include room $to" \
        "$scratch/said" || fail "lets $from include $to" ;;
    esac
  done
done <<'EOF'
model
registry model
lease model observe
observe model registry
judge model
plan model judge
apply model plan registry lease
report model
serve model observe judge report
EOF
plant cmd/wasession/planted.cpp '#include "apply/planted.h"\n#include "commands.h"\n' ''
plant lib/judge/planted.cpp '# include <observe/planted.h>\n' 'rooms: room judge may not include room observe'
plant lib/model/planted.h '#include "../observe/planted.h"\n' 'rooms: .*give the path from lib/'
plant cmd/wasession/planted/linux.cpp '#include "../planted.h"\n' ''
plant cmd/wasession/planted.cpp '#include "../../tests/planted.h"\n' 'rooms: .*give the path from lib/'
plant lib/model/planted.h '#include "planted.h"\n' 'rooms: .*in no room'
plant lib/model/planted.h '#include PLANTED\n' 'rooms: .*without a literal name'
plant lib/cellar/planted.h '\n' "rooms: room 'cellar' is not in"
plant cmd/wasession/planted.cpp '#include "support/run.h"\n' 'rooms: .*cmd includes'

# Conditionals on the platform.
for condition in 'ifdef __APPLE__' 'if defined(__linux__)' 'ifndef _WIN32' 'if A\n#elif __unix__' \
  'if A || \\\n    defined(__FreeBSD__)' ' if __has_include(<sys/x.h>)'; do
  plant lib/observe/planted.cpp "#$condition\n#endif\n" 'conditionals: '
done
plant tests/unit/planted_test.cpp '#ifdef __APPLE__\n#endif\n' 'conditionals: '
plant lib/observe/planted/posix.cpp '#ifdef __APPLE__\n#endif\n' ''
plant lib/observe/planted.cpp '#ifdef NDEBUG\n#endif\n' ''
plant lib/observe/planted.cpp '#include <linux/openat2.h>\n' ''

# Paths and hosts. They are spelled in pieces here, because this file is checked too.
plant lib/model/planted.h "// see /"'work/notes\n' 'strangers: a path of one machine'
plant tests/planted.md "cd /"'root\n' 'strangers: a path of one machine'
plant tests/planted.js "import x from 'file:///"'work/x.js'"'\n" 'strangers: a path of one machine'
plant tests/planted.md 'accounts/work and ~/work and /works\n' ''
plant tests/planted.json '"https://registry.npm''js.org/x"\n' 'strangers: the host of a package registry'
plant tests/.npmrc 'registry''=http://localhost\n' 'strangers: a registry of its own'
plant tests/planted/package-lock.json '{ "resolved": "x" }\n' 'strangers: "resolved"'

# Lengths.
plant lib/model/planted.h "$(lines 351)" 'too-long: .* has 351 lines'
plant tests/planted.cpp "$(lines 351)" 'too-long: '
plant lib/model/planted.h "$(lines 350)" ''
plant tests/lint/allowed.txt 'too-long lib/absent.cpp it is not there\n' 'too-long: .*not needed'

# Duplicates: eight lines count, whatever their white space, comments and brackets; seven don't.
block='a = 1;\nb = 2;\nc = 3;\nd = 4;\ne = 5;\nf = 6;\ng = 7;\n'
again='  a = 1;\n// c\nb = 2;  // c\n}\nc = 3;\n\nd  =  4;\ne = 5;\nf = 6;\ng = 7;\n'
plant lib/model/planted.h "${block}h = 8;\nbetween;\n${again}h = 8;\n" 'duplicate: '
plant lib/model/planted.h "${block}h = 8;\nbetween;\n${again}h = 9;\n" ''
plant tests/lint/allowed.txt 'duplicate lib/a.cpp lib/b.cpp not there\n' 'duplicate: .*not needed'

# Corpora.
plant tests/fuzz/planted_fuzz.cpp 'int x;\n' 'corpora: there is no input'
plant tests/fuzz/corpus/planted/one 'x\n' 'corpora: there is no target'

# The manual: that it is looked at. What is found there, selftest_manual.sh proves.
plant lib/judge/rules.h 'inline constexpr std::string_view kPlanted = "planted";\n' \
  'manual: planted is not in'
plant lib/model/planted.cpp 'auto x = environment.get("PLANTED");\n' 'pages: PLANTED is not in'
plant lib/registry/migrations/9999_planted.sql 'CREATE TABLE planted (\n  key TEXT\n);\n' \
  'json_keys: planted.key is not in'

# The files to be installed.
unit=share/systemd/planted.service
plant $unit 'ExecStart=/usr/bin/wasession run --planted 1 -- true\n' 'share: --planted is no option of wasession run'
plant $unit 'ExecStart=/usr/bin/wasession plant -- true\n' 'share: wasession has no command plant'
plant $unit '# add: `wasession run --planted -- …`\n' 'share: --planted is no option'
plant $unit 'ExecStart=/usr/bin/wasession run --wait=1 -q -- true --planted\n# --planted is not ours\n' ''
plant share/launchd/planted.plist '<string>/bin/wasession</string>\n<string>run</string>\n<string>--planted</string>\n' \
  'share: --planted is no option'
plant share/launchd/planted.plist '<string>/bin/wasession</string>\n<string>run</string>\n<string>--</string>\n<string>--planted</string>\n' ''

[ $failures -eq 0 ] || { echo "selftest: $failures checks don't work" && exit 1; }
