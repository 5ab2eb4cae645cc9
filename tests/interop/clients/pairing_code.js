// Asks for a pairing code and leaves the directory as it is while the code waits to be typed in:
//   node pairing_code.js --baileys VERSION --url ws://127.0.0.1:PORT --number 15551234567 --dir DIR
// Prints {"pairing":"15551234567"}; the code itself stays in creds.json only.
import pino from 'pino'
import { hangUp, loadBaileys, openSocket, openStore, print, readArguments, run, untilUpdate } from './common.js'

run(async () => {
  const { baileys: version, url, number, dir } = readArguments(['baileys', 'url', 'number', 'dir'])
  const baileys = await loadBaileys(version)
  const store = await openStore(baileys, dir)
  if (store.state.creds.me) throw new Error(`${dir} is in use already, by ${store.state.creds.me.id}`)
  const socket = openSocket(baileys, store, { url, logger: pino({ level: 'silent' }) })
  await untilUpdate(socket, ({ qr }) => qr)
  await socket.requestPairingCode(number)
  await hangUp(socket)
  await store.settled()
  print({ pairing: number })
})
