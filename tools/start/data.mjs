// What npm start reads and keeps in the data folder: whether a relay is configured (a rehearsal's is not kept there), and the rehearsal's own port.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** Whether settings.json names a relay. A damaged file counts as none: the engine keeps it aside and says so. */
export function hasRelay(folder) {
  const file = join(folder, 'settings.json')
  if (!existsSync(file)) return false
  try {
    return Boolean(JSON.parse(readFileSync(file, 'utf8'))?.relay)
  } catch {
    return false
  }
}

/** The host of a rehearsal relay: `.localhost` stays on this machine by standard (RFC 6761 §6.3). */
export const rehearsalDomain = 'porchlight.localhost'

/** The port of the last rehearsal if it is free, so that its links keep working; else 0 (any). */
export async function rehearsalPort(folder) {
  const file = join(folder, 'port')
  const port = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  if (!Number.isInteger(port) || port < 1 || port > 65535) return { port: 0, taken: undefined }
  return (await isFree(port)) ? { port, taken: undefined } : { port: 0, taken: port }
}

export function keepPort(folder, port) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, 'port'), `${port}\n`, { mode: 0o600 })
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
