// A door in front of the stand-in: it lets connections through, or accepts them and keeps them
// waiting, so that a client is in the middle of connecting for as long as a test looks.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

export class Gate {
  #sockets = new Set()
  #through = Infinity
  #held = []
  #waiting = []

  /// The clients and the endpoint of this row go through the gate from here on.
  static async open(row) {
    const gate = new Gate()
    const server = createServer((socket) => gate.#arrive(socket, row.stage.server.port))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    row.whenOver(() => gate.#close(server))
    const { port } = server.address()
    row.url = `ws://127.0.0.1:${port}`
    row.endpoint = `127.0.0.1:${port}`
    return gate
  }

  /// Lets that many more connections through, then keeps the others waiting.
  holdAfter(count) {
    this.#through = count
  }

  hold() {
    this.holdAfter(0)
  }

  /// Resolves when a connection is kept waiting.
  untilHeld() {
    return new Promise((resolve) => (this.#held.length > 0 ? resolve() : this.#waiting.push(resolve)))
  }

  #arrive(socket, port) {
    this.#track(socket)
    if (this.#through === 0) {
      this.#held.push(socket)
      this.#waiting.splice(0).forEach((resolve) => resolve())
      return
    }
    this.#through -= 1
    const beyond = this.#track(connect(port, '127.0.0.1'))
    socket.pipe(beyond)
    beyond.pipe(socket)
    socket.on('close', () => beyond.destroy())
    beyond.on('close', () => socket.destroy())
  }

  #track(socket) {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    return socket
  }

  #close(server) {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    return closed
  }
}
