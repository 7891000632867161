/** Where the other faces find a running engine: a Unix socket (a named pipe on Windows), readable by its owner alone. It works from any
 *  folder and across network namespaces. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { parseJson } from '../../protocol/json.ts'
import { readIfThere, writeAtomic, writeProblem } from '../../system/atomic-file.ts'

/** What a face reads to find the engine of a data folder. */
export const EngineFile = z.object({ v: z.literal(1), pid: z.int(), socket: z.string().min(1) })

/** sun_path has 108 bytes on Linux, 104 on macOS, with the final zero. */
const MAX_PATH_BYTES = 100

export const engineFile = (folder: string): string => join(folder, 'engine.json')

/** Resolves with what closes it. The folder must be locked: a socket that lies there is a dead engine's. */
export async function openLocalSocket(folder: string, onConnection: (socket: net.Socket) => void): Promise<{ close(): void }> {
  const path = socketPath(folder)
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
  writeAtomic(engineFile(folder), JSON.stringify({ v: 1, pid: process.pid, socket: path }))
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

function socketPath(folder: string): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  if (process.platform === 'win32') return `\\\\.\\pipe\\porchlight-${hash}`
  const path = join(folder, 'control.sock')
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return path
  const short = join(tmpdir(), `porchlight-${userInfo().uid}`)
  mkdirSync(short, { recursive: true, mode: 0o700 })
  // In a folder that everybody may write to, somebody else may have been there first.
  const found = lstatSync(short)
  if (!found.isDirectory() || found.uid !== userInfo().uid) throw writeProblem(short, new Error('it belongs to somebody else'))
  chmodSync(short, 0o700)
  return join(short, `${hash}.sock`)
}
