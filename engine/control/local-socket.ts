/** Where the other faces find a running engine: a Unix socket (a named pipe on Windows), readable by its owner alone. It works from any
 *  folder and across network namespaces. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, rmSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'
import { parseJson } from '../../protocol/json.ts'
import { readIfThere, writeAtomic } from '../../system/atomic-file.ts'
import { socketPath } from '../../system/socket-path.ts'
import { VERSION } from '../version.ts'

/** What a face reads to find the engine of a data folder. */
export const EngineFile = z.object({ v: z.literal(1), pid: z.int(), socket: z.string().min(1) })
// Beside it stand `version` and `program`, the script that runs, by which a desktop app that was updated knows its own older engine.

export const engineFile = (folder: string): string => join(folder, 'engine.json')

/** Resolves with what closes it. The folder must be locked: a socket that lies there is a dead engine's. */
export async function openLocalSocket(folder: string, onConnection: (socket: net.Socket) => void): Promise<{ close(): void }> {
  // A pipe has no folder that keeps others out, and whoever knows its name could listen there while no engine does; so it is another one each time.
  const path = `${socketPath(folder, 'control')}${process.platform === 'win32' ? `-${randomBytes(8).toString('hex')}` : ''}`
  if (process.platform !== 'win32') rmSync(path, { force: true })
  const connections = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
    onConnection(socket)
  })
  server.listen(path)
  await once(server, 'listening')
  if (process.platform !== 'win32') chmodSync(path, 0o600)
  writeAtomic(
    engineFile(folder),
    JSON.stringify({ v: 1, pid: process.pid, socket: path, version: VERSION, program: process.argv[1] ?? null }),
  )
  return {
    close() {
      server.close()
      for (const socket of connections) socket.destroySoon()
      rmSync(engineFile(folder), { force: true })
    },
  }
}

/** A connection to the engine of this folder; undefined when none runs. */
export async function connectLocalSocket(folder: string): Promise<net.Socket | undefined> {
  const text = readIfThere(engineFile(folder))
  const parsed = text === undefined ? undefined : EngineFile.safeParse(parseJson(text))
  if (!parsed?.success) return undefined
  const socket = net.connect(parsed.data.socket)
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(5000) })
    return socket
  } catch {
    socket.destroy()
    return undefined
  }
}
