// Links a directory as a new device of a number, logs in once, and ends with status 0:
//   node link.js --baileys VERSION --url ws://127.0.0.1:PORT --number 15551234567 --dir DIR
// The stand-in's phone scans the QR code. Prints {"linked":"15551234567:1","lid":…}.
import pino from 'pino'
import {
  describe, hangUp, loadBaileys, openSocket, openStore, print, readArguments, run, untilUpdate,
} from './common.js'

const RESTART_REQUIRED = 515

async function scan(url, command) {
  const answer = await fetch(url.replace(/^ws/, 'http'), { method: 'POST', body: JSON.stringify(command) })
  const { ok, error } = await answer.json()
  if (!ok) throw new Error(`the phone could not scan the QR code: ${error}`)
}

/// Baileys 7 stores its own LID and device list some steps after `open`: resolves when it has.
function ownDeviceList(store) {
  const { set } = store.state.keys
  return new Promise((resolve) => {
    store.state.keys.set = async (data) => {
      await set(data)
      if (data['device-list']) resolve()
    }
  })
}

run(async () => {
  const { baileys: version, url, number, dir } = readArguments(['baileys', 'url', 'number', 'dir'])
  const baileys = await loadBaileys(version)
  const logger = pino({ level: 'silent' })
  const store = await openStore(baileys, dir)
  if (store.state.creds.me) throw new Error(`${dir} is linked already, as ${store.state.creds.me.id}`)

  const pairing = openSocket(baileys, store, { url, logger })
  const restart = untilUpdate(pairing, (update) => describe(update)?.statusCode === RESTART_REQUIRED)
  const { qr } = await untilUpdate(pairing, (update) => update.qr)
  await scan(url, { scan: qr, number })
  await restart

  const listed = version.startsWith('6.') ? Promise.resolve() : ownDeviceList(store)
  const socket = openSocket(baileys, store, { url, logger })
  const props = new Promise((resolve) => socket.ev.on('creds.update', ({ lastPropHash }) => lastPropHash && resolve()))
  await untilUpdate(socket, ({ connection }) => connection === 'open')
  await Promise.all([listed, props])
  await hangUp(socket)
  await store.settled()
  const { id, lid } = store.state.creds.me
  print({ linked: id.split('@')[0], lid })
})
