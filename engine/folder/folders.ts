/** The folders of this computer that are shown: each has a small web server of its own behind a local socket, so that for the front door it is a
 *  service like any other. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, realpathSync, rmSync } from 'node:fs'
import http from 'node:http'
import { socketPath } from '../../system/socket-path.ts'
import { findRoot } from './open.ts'
import { serveFolder } from './serve.ts'

/** Longer than the front door keeps a connection that idles. */
const IDLE_TIMEOUT_MS = 120_000
/** As much as the front door passes on, with what it adds. */
const MAX_HEAD_BYTES = 96 * 1024

export interface Folders {
  /** Where the server of this folder listens. Rejects with the system's error when the folder is not there or not for us. */
  socketOf(path: string): Promise<string>
  close(): void
}

/** `data`: our own folder, which is shown to nobody. */
export function createFolders(data: string): Folders {
  const withheld = [realpathSync(data)]
  const servers = new Map<string, Promise<http.Server>>()
  const placeOf = (path: string): string => socketPath(data, `folder-${createHash('sha256').update(path).digest('hex').slice(0, 12)}`)

  async function listen(path: string): Promise<http.Server> {
    const server = http.createServer(
      { keepAliveTimeout: IDLE_TIMEOUT_MS, maxHeaderSize: MAX_HEAD_BYTES, insecureHTTPParser: false },
      serveFolder(path, withheld),
    )
    const place = placeOf(path)
    if (process.platform !== 'win32') rmSync(place, { force: true })
    server.listen(place)
    await once(server, 'listening')
    if (process.platform !== 'win32') chmodSync(place, 0o600)
    return server
  }

  return {
    async socketOf(path) {
      await findRoot(path, withheld)
      const running = servers.get(path) ?? listen(path)
      servers.set(path, running)
      await running.catch((error) => {
        servers.delete(path)
        throw error
      })
      return placeOf(path)
    },
    close() {
      for (const running of servers.values())
        running.then(
          (server) => {
            server.close()
            server.closeAllConnections()
          },
          () => undefined,
        )
    },
  }
}
