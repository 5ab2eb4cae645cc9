// Logs in and removes its own device, as an application's "log out" does; the files stay:
//   node logout.js --baileys VERSION --url ws://127.0.0.1:PORT --dir DIR [--await-answers]
// Prints {"logged_out":"15551234567:1"}. Baileys' own logout() does not wait for the server;
// with --await-answers the same request is sent and its result and the stream:error are awaited,
// which are then printed as well.
import pino from 'pino'
import {
  closed, describe, loadBaileys, openSocket, openStore, print, readArguments, run, untilUpdate,
} from './common.js'

async function removeDevice(socket, jid) {
  const answered = untilUpdate(socket, ({ connection }) => connection === 'close')
  const { attrs } = await socket.query({
    tag: 'iq',
    attrs: { to: '@s.whatsapp.net', type: 'set', xmlns: 'md' },
    content: [{ tag: 'remove-companion-device', attrs: { jid, reason: 'user_initiated' } }],
  })
  return { result: attrs.type, ...describe(await answered) }
}

run(async () => {
  const values = readArguments(['baileys', 'url', 'dir'], { 'await-answers': { type: 'boolean' } })
  const baileys = await loadBaileys(values.baileys)
  const store = await openStore(baileys, values.dir)
  if (!store.state.creds.account) throw new Error(`${values.dir} is not linked`)
  const { id } = store.state.creds.me
  const socket = openSocket(baileys, store, { url: values.url, logger: pino({ level: 'silent' }) })
  await untilUpdate(socket, ({ connection }) => connection === 'open')
  const gone = closed(socket)
  const answers = values['await-answers'] ? await removeDevice(socket, id) : await socket.logout()
  await gone
  await store.settled()
  print({ logged_out: id.split('@')[0], ...answers })
})
