// Saves a directory's creds.json over and over with Baileys' own code, until SIGTERM:
//   node rewrite.js --baileys VERSION --dir DIR
// Prints {"rewriting":true} once the loop runs. The last save is finished before it ends.
import { loadBaileys, openStore, print, readArguments, run } from './common.js'

run(async () => {
  const { baileys: version, dir } = readArguments(['baileys', 'dir'])
  const { saveCreds } = await openStore(await loadBaileys(version), dir)
  let stopping = false
  process.once('SIGTERM', () => (stopping = true))
  await saveCreds()
  print({ rewriting: true })
  while (!stopping) await saveCreds()
})
