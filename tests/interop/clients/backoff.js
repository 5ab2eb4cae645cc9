// How OpenClaw 2026.2 and 2026.9 wait before they connect again (read in their source, seen running).
const OPENCLAW = {
  initialMs: 2000,
  maxMs: 30000,
  factor: 1.8,
  jitter: 0.25,
  maxAttempts: 12,
  healthyMs: 60000,
}

/// `initialMs` shorter than OpenClaw's 2000 shrinks every time of the policy alike, for tests.
export class Backoff {
  #scale
  #attempts = 0

  constructor(initialMs = OPENCLAW.initialMs) {
    this.#scale = initialMs / OPENCLAW.initialMs
  }

  /// Milliseconds to wait after a connection that lived `livedMs`; undefined = give up.
  next(livedMs) {
    if (livedMs > OPENCLAW.healthyMs * this.#scale) this.#attempts = 0
    this.#attempts += 1
    if (this.#attempts >= OPENCLAW.maxAttempts) return undefined
    const { initialMs, maxMs, factor, jitter } = OPENCLAW
    const wait = initialMs * factor ** (this.#attempts - 1) * (1 + jitter * Math.random())
    return Math.round(Math.min(maxMs, wait) * this.#scale)
  }
}
