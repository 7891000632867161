/** A port that is open at several addresses, and closed at all of them at once. */

export interface OpenPort {
  /** Resolves when the port is free again. */
  close(): Promise<void>
}

/** All or none: rejects with the first error, when what was opened is closed again. */
export async function onEach(hosts: readonly string[], open: (host: string) => Promise<OpenPort>): Promise<OpenPort> {
  const opened = await Promise.allSettled(hosts.map(open))
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((each) => (each.status === 'fulfilled' ? each.value.close() : undefined)))
  }
  const failed = opened.find((each) => each.status === 'rejected')
  if (!failed) return { close }
  await close()
  throw failed.reason
}
