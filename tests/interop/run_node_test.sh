#!/bin/sh
# run_node_test.sh NODE FILE…: the tests in FILEs, or status 77 and the reason why they can't run.
node=$1
shift
skip() {
  echo "skipped: $1"
  exit 77
}
[ -x "$node" ] || skip "there is no Node.js; ./dev setup installs it"
"$node" -e 'process.exit(parseInt(process.versions.node, 10) >= 20 ? 0 : 1)' ||
  skip "Baileys 7 needs Node.js 20 or newer, and this is $("$node" --version)"
[ -d node_modules ] || skip "tests/interop/node_modules is absent; ./dev test fetches it with npm ci"
exec "$node" --test --test-reporter=spec "$@"
