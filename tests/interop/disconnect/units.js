// Clients in control groups as systemd, docker and podman make them, and the commands that stop those:
// stand-ins, since a test machine has no systemd.
import assert from 'node:assert/strict'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Commands } from './commands.js'
import { assertDone, assertNobodyIsLeft, disconnect, isAlive, outcomeOf, outcomesOf, typed } from './tool.js'

const CONTAINER = '0123456789ab'.padEnd(64, 'c')

/// Where the system keeps the groups that name units, or nothing.
function groupsRoot() {
  const places = ['/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified', '/sys/fs/cgroup']
  const root = places.find((place) => existsSync(join(place, 'cgroup.procs')))
  if (!root || process.getuid() !== 0) return undefined
  try {
    accessSync(root, constants.W_OK)
    const probe = join(root, `wasession-probe-${process.pid}`)
    mkdirSync(probe)
    rmdirSync(probe)
    return root
  } catch {
    return undefined
  }
}

/// Removes a group that its processes are about to leave, and the empty ones above it up to `root`.
async function removeGroup(root, group) {
  for (let path = group; path !== root; path = dirname(path)) {
    while (readFileSync(join(path, 'cgroup.procs'), 'utf8') !== '') await setTimeout(20)
    try {
      rmdirSync(path)
    } catch (error) {
      if (error.code === 'ENOTEMPTY' || error.code === 'EBUSY') return
      throw error
    }
  }
}

export function units(matrix) {
  const root = groupsRoot()
  const row = (name, body) => matrix.row(name, { skip: !root && 'there are no control groups to write to' }, body)

  /// A client in a group of this path below the root, connected; `answer` is what its supervisor does.
  async function staged(row, path, command, answer) {
    const { dir } = await row.credential()
    const client = row.connecting('client', dir)
    const group = join(root, `wasession-test-${process.pid}-${row.number}.slice`, path)
    mkdirSync(group, { recursive: true })
    row.whenOver(async () => {
      await client.stop()
      await removeGroup(root, group)
    })
    writeFileSync(join(group, 'cgroup.procs'), `${client.pid}`)
    await client.until({ connection: 'open' })
    const commands = await Commands.open(row, [command], () => answer(client))
    return { client, commands, id: await row.id(dir) }
  }

  const stops = async (client) => {
    await client.stop()
    return { status: 0 }
  }

  describe('a supervised client', { concurrency: 2 }, () => {
    for (const [path, command, words, target] of [
      ['bot.service', 'systemctl', ['stop', 'bot.service'], 'bot.service'],
      ['bot@2.service', 'systemctl', ['stop', 'bot@2.service'], 'bot@2.service'],
      ['user@0.service/app.slice/bot.service', 'systemctl', ['--user', 'stop', 'bot.service'], 'bot.service'],
      [`docker-${CONTAINER}.scope`, 'docker', ['stop', CONTAINER.slice(0, 12)], CONTAINER.slice(0, 12)],
      [`libpod-${CONTAINER}.scope/container`, 'podman', ['stop', CONTAINER.slice(0, 12)], CONTAINER.slice(0, 12)],
    ]) {
      row(`is stopped by \`${command} ${words.join(' ')}\``, async (row) => {
        const { client, commands, id } = await staged(row, path, command, stops)
        const answer = await disconnect(row, 0, id, '--force')
        assert.deepEqual(commands.onlyArguments, words)
        assertDone(answer, 'stop-unit', target)
        assert.ok(!isAlive(client))
        await assertNobodyIsLeft(row)
      })
    }

    row('is ended all the same by --force when its supervisor\'s command fails, and that is said', async (row) => {
      const { client, commands, id } = await staged(row, 'bot.service', 'systemctl', () =>
        ({ status: 4, stderr: 'Failed to stop bot.service: Interactive authentication required.\n' }))
      const { status, stdout } = await typed(row, 'disconnect', '--json', id, '--force')
      assert.notEqual(status, 0, 'whoever asks by the status thinks that it stays stopped')
      const answer = JSON.parse(stdout)
      assert.equal(commands.calls.length, 1)
      const { result, detail } = outcomeOf(answer, 'stop-unit')
      assert.equal(result, 'failed')
      assert.match(detail, /Interactive authentication required/)
      assertDone(answer, 'end-process', `pid:${client.pid}`)
    })

    row('is left alone by a dry run: no command is called', async (row) => {
      const { client, commands, id } = await staged(row, 'bot.service', 'systemctl', stops)
      const dry = await disconnect(row, 0, id, '--force', '--dry-run')
      assert.equal(commands.calls.length, 0)
      assert.ok(isAlive(client))
      const real = await disconnect(row, 0, id, '--force')
      assert.deepEqual(real.plan, dry.plan)
      assert.deepEqual(outcomesOf(dry, 'stop-unit'), [])
    })
  })
}
