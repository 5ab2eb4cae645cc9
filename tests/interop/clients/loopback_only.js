// Imported first by every client: whatever a Baileys version tries, no connection leaves this machine.
import net from 'node:net'

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

const connect = net.Socket.prototype.connect

net.Socket.prototype.connect = function (...args) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0]
  const host = typeof first === 'object' ? (first.host ?? 'localhost') : (args[1] ?? 'localhost')
  const isPath = typeof first === 'object' && first.path !== undefined
  if (!isPath && typeof host === 'string' && !LOOPBACK.has(host)) {
    throw new Error(`refused to connect to ${host}: the test clients stay on the loopback`)
  }
  return connect.apply(this, args)
}
