/**
 * Visitors who each ask once, and then stay and say nothing.
 *
 *     node hold.ts '{"host":"web.device.test","port":7443,"path":"/small","connections":10000}'
 *
 * Prints `held N` once all are there. Ends with SIGTERM, or by itself after two minutes.
 */
import net from 'node:net'
import tls from 'node:tls'

export interface HoldOptions {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly connections: number
}

const { host, port, path, connections } = JSON.parse(process.argv[2] ?? '{}') as HoldOptions
const AT_A_TIME = 32
/** Each visitor has an address of his own, as in life. */
const addressOf = (visitor: number): string => `127.1.${Math.floor(visitor / 250)}.${1 + (visitor % 250)}`
setTimeout(() => process.exit(1), 120_000)

/** Resolves when the answer is there; rejects when the connection ends before. */
function stay(visitor: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`visitor ${visitor} was sent away`))
    const raw = net.connect({ host: '127.0.0.1', port, localAddress: addressOf(visitor) })
    const socket = tls.connect({ socket: raw, servername: host, rejectUnauthorized: false })
    socket.once('secureConnect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`))
    socket.once('data', () => {
      // What a visitor keeps in memory is none of the figure, but ten thousand of them have to fit in as well.
      socket.pause()
      resolve()
    })
    socket.once('error', reject).once('close', ended)
  })
}

let next = 0
const comeIn = async (): Promise<void> => {
  while (next < connections) await stay(next++)
}
await Promise.all(Array.from({ length: AT_A_TIME }, comeIn))
console.log(`held ${connections}`)
