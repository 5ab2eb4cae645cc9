// Programs on wasession's PATH that this test answers for, as systemctl and openclaw.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter } from 'node:path'
import { createInterface } from 'node:readline'
import { scriptPath } from '../harness.js'

/// Calls of stand-ins, each answered by `answer({name, args, environment})`, which gives {status,
/// stdout, stderr}, or nothing: then the program hangs.
export class Commands {
  calls = []

  static async open(row, names, answer) {
    const commands = new Commands()
    const path = row.stage.directory(`commands-${row.number}`)
    const server = createServer(async (socket) => {
      socket.on('error', () => socket.destroy())
      const [line] = await once(createInterface({ input: socket }), 'line')
      const call = JSON.parse(line)
      commands.calls.push(call)
      const told = await answer(call)
      if (told) socket.end(`${JSON.stringify(told)}\n`)
    })
    server.listen(path)
    await once(server, 'listening')
    row.whenOver(() => server.close())
    const folder = row.folder('bin')
    const script = scriptPath('stand_ins/command.js')
    for (const name of names) {
      const text = `#!/bin/sh\nexec '${process.execPath}' '${script}' '${path}' ${name} "$@"\n`
      writeFileSync(row.path('bin', name), text, { mode: 0o755 })
    }
    row.variables.PATH = [folder, row.environment.PATH].join(delimiter)
    return commands
  }

  /// The arguments of the only call, demanded.
  get onlyArguments() {
    assert.equal(this.calls.length, 1, JSON.stringify(this.calls.map(({ name, args }) => [name, ...args])))
    return this.calls[0].args
  }
}
