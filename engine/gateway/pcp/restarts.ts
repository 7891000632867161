/** From a sign that the router has restarted to the moment at which its rules may be asked for again. */

export interface Restarts {
  /** A rumour, from a multicast that anybody could have sent: the router itself is asked before anything is believed. */
  heard(): void
  /** The clock in an answer of the router says it. */
  noticed(): void
  close(): void
}

export interface RestartPlan {
  /** At most. The wait is random, so that the devices of a house do not all come at once after a power cut: RFC 6886 §3.7 asks for
   *  0 to 5 s, and RFC 6887 §14.1.3 for the same after a multicast. */
  readonly waitMs: number
  /** Asks the router something harmless, whose answer goes through the same test of its clock. */
  readonly confirm: () => Promise<unknown>
  readonly onRestart: () => void
}

/** Signs that come while one is being looked into belong to it. `onRestart` is called once for all of them. */
export function createRestarts({ waitMs, confirm, onRestart }: RestartPlan): Restarts {
  let timer: NodeJS.Timeout | undefined
  let certain = false
  const look = async () => {
    if (!certain) await confirm().catch(() => {}) // Then nothing is known, and the next answer will tell.
    timer = undefined
    if (!certain) return
    certain = false
    onRestart()
  }
  const wait = () => {
    timer ??= setTimeout(look, Math.random() * waitMs).unref()
  }
  return {
    heard: wait,
    noticed() {
      certain = true
      wait()
    },
    close() {
      clearTimeout(timer)
      certain = false
    },
  }
}
