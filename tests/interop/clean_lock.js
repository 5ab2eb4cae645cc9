// Run by `npm run lock` after npm has written package-lock.json: takes out what a reader of the lock
// must not find in it. Two Baileys versions name libsignal by a git address; package.json overrides
// that with the published version, but npm copies the address into the lock all the same.
import { readFileSync, writeFileSync } from 'node:fs'

const here = (name) => new URL(name, import.meta.url)
const { dependencies: pinned, overrides } = JSON.parse(readFileSync(here('package.json'), 'utf8'))
const lock = JSON.parse(readFileSync(here('package-lock.json'), 'utf8'))

for (const entry of Object.values(lock.packages)) {
  delete entry.funding
  // Old packages name their licences by address.
  if (typeof entry.license === 'object') delete entry.license
  for (const name of Object.keys(entry.dependencies ?? {})) {
    if (overrides[name]) entry.dependencies[name] = pinned[name]
  }
}

const text = JSON.stringify(lock, null, 2) + '\n'
const address = text.match(/.*(?:[a-z+]+:\/\/|git@|\.git\b).*/)
if (address) throw new Error(`package-lock.json still holds an address: ${address[0].trim()}`)
writeFileSync(here('package-lock.json'), text)
