// Linked devices, each used by one row at a time: linking one costs seconds, copying one does not.
export class DevicePool {
  #stage
  #free = new Map()
  #linked = 0

  constructor(stage) {
    this.#stage = stage
  }

  #of(version) {
    if (!this.#free.has(version)) this.#free.set(version, [])
    return this.#free.get(version)
  }

  /// A device of this Baileys version: {dir, id}.
  async take(version) {
    const free = this.#of(version).pop()
    if (free) return free
    this.#linked += 1
    return this.#stage.link(version, `1555000${2000 + this.#linked}`, `device-${this.#linked}`)
  }

  giveBack(version, device) {
    this.#of(version).push(device)
  }
}
