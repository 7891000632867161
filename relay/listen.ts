/** The relay's sockets: opened, and closed with all who came. */
import { once } from 'node:events'
import type net from 'node:net'
import { ProblemError, problem } from '../protocol/problem.ts'
import type { ListenAddress } from './command-line/command.ts'
import type { Log } from './log.ts'

export interface Closable {
  close(): Promise<void>
}

/** Throws ProblemError `port-taken`, `port-forbidden`. */
export async function listen(server: net.Server, { host, port }: ListenAddress, signal: AbortSignal, log: Log): Promise<Closable> {
  const connections = new Set<net.Socket>()
  server.on('connection', (socket: net.Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  server.listen({ host, port })
  try {
    await once(server, 'listening', { signal })
  } catch (error) {
    server.close()
    throw listenProblem(error, { host, port })
  }
  // Accepting may fail for a while (no descriptors left); whoever is here stays.
  server.on('error', (error) => log('listener-fault', { error: String(error) }))
  return {
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of connections) socket.destroy()
      return closed
    },
  }
}

/** What it is told as; other errors stay what they are. */
export function listenProblem(error: unknown, { host, port }: ListenAddress): unknown {
  const { code } = error as NodeJS.ErrnoException
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  if (code === 'EACCES') return new ProblemError(problem('port-forbidden', { address }), { cause: error })
  if (code === 'EADDRINUSE' || code === 'EADDRNOTAVAIL')
    return new ProblemError(problem('port-taken', { address: `${address} (${code})` }), { cause: error })
  return error
}

export const everywhere = ({ host }: ListenAddress): string[] => (host === '::' ? ['0.0.0.0', '::'] : [host])
