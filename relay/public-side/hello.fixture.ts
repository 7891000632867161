/** ClientHellos for tests: written byte by byte, apart from the code that reads them, or caught from Node's own TLS client. */
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import tls, { type ConnectionOptions } from 'node:tls'

const u16 = (value: number): Buffer => Buffer.of(value >> 8, value & 255)
const counted = (size: 1 | 2 | 3, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  const length = Buffer.alloc(size)
  length.writeUIntBE(body.length, 0, size)
  return Buffer.concat([length, body])
}

export const extension = (type: number, ...body: Buffer[]): Buffer => Buffer.concat([u16(type), counted(2, ...body)])
export const serverNameOf = (name: string, type = 0): Buffer =>
  extension(0, counted(2, Buffer.of(type), counted(2, Buffer.from(name, 'latin1'))))
export const alpnOf = (...names: string[]): Buffer => extension(16, counted(2, ...names.map((name) => counted(1, Buffer.from(name)))))

/** The handshake message, without records around it. */
export function helloMessage(extensions: readonly Buffer[] | undefined): Buffer {
  const suites = counted(2, u16(0x1301), u16(0x1302), u16(0x1303))
  const head = [u16(0x0303), Buffer.alloc(32, 7), counted(1, Buffer.alloc(32, 9)), suites, counted(1, Buffer.of(0))]
  return Buffer.concat([Buffer.of(1), counted(3, ...head, ...(extensions ? [counted(2, ...extensions)] : []))])
}

/** The message in records of at most `fragmentBytes`. */
export function inRecords(message: Buffer, fragmentBytes = 16_384, type = 22): Buffer {
  const records: Buffer[] = []
  for (let at = 0; at < message.length; at += fragmentBytes)
    records.push(Buffer.concat([Buffer.of(type, 3, 1), counted(2, message.subarray(at, at + fragmentBytes))]))
  return Buffer.concat(records)
}

/** As a browser with post-quantum keys sends it, 1.7 KB: unknown extensions first (RFC 8701), then the name, and behind it a key share
 *  of X25519MLKEM768 (0x11ec, 1216 bytes), an X25519 one and an encrypted hello. */
export function browserHello(serverName: string): Buffer {
  const keyShare = (group: number, bytes: number): Buffer => Buffer.concat([u16(group), counted(2, Buffer.alloc(bytes, group & 255))])
  return helloMessage([
    extension(0x4a4a),
    extension(0xfe0d, Buffer.alloc(186, 3)),
    serverNameOf(serverName),
    alpnOf('h2', 'http/1.1'),
    extension(51, counted(2, keyShare(0x2a2a, 1), keyShare(0x11ec, 1216), keyShare(0x001d, 32))),
    extension(43, counted(1, u16(0x0304))),
    extension(0x5a5a, Buffer.of(0)),
  ])
}

/** What Node's own client says first. */
export async function caughtHello(options: ConnectionOptions): Promise<Buffer> {
  const server = net.createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = tls.connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ...options })
  client.on('error', () => {})
  const [socket] = (await once(server, 'connection')) as [net.Socket]
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  client.destroy()
  socket.destroy()
  server.close()
  return bytes
}
