// Draws conflict.svg, the screen of the README: what the real binary prints on a terminal of 100
// columns while two real Baileys clients fight over one credential, and while it ends the fight.
//
//   node docs/screens/render.js WASESSION-BINARY             writes docs/screens/conflict.svg
//   node docs/screens/render.js --check WASESSION-BINARY     compares with it: 0 equal, 1 not, 77 can't be run here
//
// It runs in namespaces of its own, so that no other process, home or log of this machine is seen,
// and so that the pids can be chosen. What is replaced in the output stands in STEADY, and nothing
// else is.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { screenOf } from './terminal.js'
import { svgOf } from './svg.js'

const SKIPPED = 77
const COLUMNS = 100
const sources = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const drawing = join(sources, 'docs/screens/conflict.svg')

/// As long as /home/ops, which stands for it: lines break where they would break there.
const HOME = '/tmp/home'

/// What changes from run to run, and what stands for it.
const STEADY = [
  [HOME, '/home/ops'],
  [/(openclaw-gateway, user ops, started )\S+ ago/g, '$120s ago'],
  [/(bot\.js, user ops, started )\S+ ago/g, '$115s ago'],
  [/(run longest, for) \d+ \w+/g, '$1 20 seconds'],
  [/(ended after) [\d.]+ s/g, '$1 0.1 s'],
  [/first \S+ \(.+?\), last .+? {2}\|.*\|/g, 'first 2026-11-22T11:04:51Z (7s ago), last just now  |█                      █|'],
  [/\b\d{8}-\d{6}-[0-9a-f]{6}\b/g, '20261122-110512-f71360'],
]

function skip(why) {
  console.log(`skipped: ${why}`)
  process.exit(SKIPPED)
}

function fail(why) {
  console.error(`render: ${why}`)
  process.exit(1)
}

// A /tmp of its own, with what it needs of the one outside; a user called ops, who is the only one;
// node as one of his programs; no logs of programs outside.
const WORLD = `set -e
home=$1 node=$2 binary=$3 sources=$4
bring() {
  [ ! -e "$1" ] || return 0
  if [ -d "/mnt\${1#/tmp}" ]; then mkdir -p "$1"; else mkdir -p "\${1%/*}" && : >"$1"; fi
  mount --bind "/mnt\${1#/tmp}" "$1"
}
mount --rbind /tmp /mnt
mount -t tmpfs none /tmp
for one in "$sources" "$binary" "$node"; do bring "$one"; done
umount --lazy /mnt
mkdir -p "$home/bin"
echo "ops:x:0:0::$home:/bin/sh" >"$home/passwd"
mount --bind "$home/passwd" /etc/passwd
: >"$home/bin/node"
mount --bind "$node" "$home/bin/node"
for journal in /var/log/journal /run/log/journal; do
  [ ! -d "$journal" ] || mount -t tmpfs none "$journal"
done
cd "$home/bin"
exec "$node" "$sources/docs/screens/conflict.js" "$home" "$binary"`

const unshareWords = () => [
  ...(process.getuid() === 0 ? [] : ['--user', '--map-root-user']),
  '--fork', '--pid', '--mount-proc', '--mount', '--cgroup', '--kill-child',
]

function demandWorld() {
  if (process.platform !== 'linux') skip('its namespaces are those of Linux')
  if (parseInt(process.versions.node, 10) < 20) skip('Baileys 7 needs Node.js 20 or newer')
  if (!existsSync(join(sources, 'tests/interop/node_modules'))) skip('tests/interop/node_modules is absent; ./dev test fetches it')
  const pids = 'echo 100 >/proc/sys/kernel/ns_last_pid && mount --bind /etc/passwd /etc/passwd'
  const tried = spawnSync('unshare', [...unshareWords(), 'sh', '-c', pids], { encoding: 'utf8' })
  if (tried.status !== 0) skip(`no namespaces here: ${(tried.error?.message ?? tried.stderr).trim()}`)
  if (spawnSync('script', ['--version']).status !== 0) skip('there is no script(1)')
}

/// What was printed: [{command, output}].
function perform(binary) {
  const words = [...unshareWords(), 'sh', '-c', WORLD, 'world', HOME, process.execPath, binary, sources]
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME, LANG: 'C.UTF-8', TERM: 'xterm-256color' }
  const done = spawnSync('unshare', words, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 24 })
  if (done.status !== 0) fail(`the fight ended with ${done.signal ?? done.status}: ${done.stdout}`)
  return JSON.parse(done.stdout).map(({ command, output }) => ({
    command,
    output: STEADY.reduce((text, [changing, steady]) => text.replaceAll(changing, steady), output),
  }))
}

const read = (line) => line.replaceAll('</text>', ' ').replace(/<[^>]*>/g, '').trim()

/// The lines that differ, as they are read on the screen.
function differences(before, after) {
  const [old, now] = [before, after].map((svg) => svg.split('\n').filter((line) => line.includes('<text')).map(read))
  while (old.length > 0 && old[0] === now[0]) [old, now].forEach((lines) => lines.shift())
  while (old.length > 0 && old.at(-1) === now.at(-1)) [old, now].forEach((lines) => lines.pop())
  return [...old.map((line) => `- ${line}`), ...now.map((line) => `+ ${line}`)].join('\n')
}

const words = process.argv.slice(2)
const checking = words[0] === '--check'
if (checking) words.shift()
if (words.length !== 1) fail('usage: node docs/screens/render.js [--check] WASESSION-BINARY')
try {
  accessSync(words[0], constants.X_OK)
} catch {
  fail(`${words[0]} can't be run`)
}
demandWorld()

const svg = svgOf(screenOf(perform(realpathSync(words[0])), COLUMNS), COLUMNS)
if (!checking) {
  writeFileSync(drawing, svg)
  process.exit()
}
const drawn = readFileSync(drawing, 'utf8')
if (drawn !== svg) fail(`conflict.svg shows another screen; draw it anew, without --check\n${differences(drawn, svg)}`)
