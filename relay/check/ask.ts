/** One question to one name server, over UDP or TCP. */
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { CLASS_IN, MAX_UDP_BYTES, TYPE } from '../../dns/codes.ts'
import { nameOf, uncompressed } from '../../dns/names.ts'
import { u16 } from '../../dns/records.ts'
import { createFrameReader, frame } from '../../dns/tcp-frames.ts'
import { type Answer, DS, readAnswer } from './answer.ts'

export interface Server {
  readonly address: string
  readonly port: number
}

const TYPES = { A: TYPE.A, AAAA: TYPE.AAAA, NS: TYPE.NS, SOA: TYPE.SOA, CAA: TYPE.CAA, DS } as const
export type Asked = keyof typeof TYPES

/** A lost packet is no silence. */
const UDP_ATTEMPTS = 3
const UDP_WAIT_MS = 1500
const TCP_WAIT_MS = 4000
const MAX_ANSWER_BYTES = 65_535

export type Outcome = Answer | { readonly silent: string }
export const isAnswer = (outcome: Outcome): outcome is Answer => !('silent' in outcome)

/** `recursive`: a resolver is to find out; otherwise only what this server itself knows. Takes at most five seconds (UDP, then TCP where the
 *  answer did not fit: nine). Never throws. */
export async function ask(server: Server, name: string, type: Asked, recursive = false): Promise<Outcome> {
  const byUdp = await askBy('udp', server, name, type, recursive)
  return isAnswer(byUdp) && byUdp.truncated ? await askBy('tcp', server, name, type, recursive) : byUdp
}

export async function askBy(transport: 'udp' | 'tcp', server: Server, name: string, type: Asked, recursive = false): Promise<Outcome> {
  const id = randomInt(65_536)
  const head = [...u16(id), ...u16(recursive ? 0x0100 : 0), ...u16(1), ...u16(0), ...u16(0), ...u16(1)]
  const opt = [0, ...u16(TYPE.OPT), ...u16(MAX_UDP_BYTES), 0, 0, 0, 0, 0, 0]
  const question = Uint8Array.from([...head, ...uncompressed(nameOf(name)), ...u16(TYPES[type]), ...u16(CLASS_IN), ...opt])
  try {
    return await (transport === 'udp' ? askUdp : askTcp)(server, question, id)
  } catch (error) {
    const { code, name: kind, message } = error as NodeJS.ErrnoException
    return { silent: kind === 'AbortError' || kind === 'TimeoutError' ? 'ETIMEDOUT' : (code ?? message) }
  }
}

async function askUdp({ address, port }: Server, question: Uint8Array, id: number): Promise<Answer> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  try {
    // Connected, so that a closed port is told (ICMP) and nobody else's datagrams come in.
    socket.connect(port, address)
    await once(socket, 'connect')
    const answered = Promise.withResolvers<Answer>()
    answered.promise.catch(() => {})
    socket.on('error', answered.reject)
    socket.on('message', (bytes) => {
      const answer = readAnswer(bytes, id)
      if (answer) answered.resolve(answer)
    })
    for (let attempt = 1; ; attempt++) {
      socket.send(question)
      const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), UDP_WAIT_MS).unref())
      const first = await Promise.race([answered.promise, late])
      if (first !== 'late') return first
      if (attempt === UDP_ATTEMPTS) throw Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })
    }
  } finally {
    socket.close()
  }
}

async function askTcp({ address, port }: Server, question: Uint8Array, id: number): Promise<Answer> {
  const signal = AbortSignal.timeout(TCP_WAIT_MS)
  const socket = connect({ host: address, port })
  try {
    await once(socket, 'connect', { signal })
    socket.write(frame(question))
    const reader = createFrameReader(MAX_ANSWER_BYTES)
    for (;;) {
      const [chunk] = (await once(socket, 'data', { signal })) as [Buffer]
      reader.push(chunk)
      const message = reader.next()
      const answer = message && readAnswer(message, id)
      if (answer) return answer
      if (message) throw Object.assign(new Error('no DNS answer'), { code: 'EPROTO' })
    }
  } finally {
    socket.on('error', () => {})
    socket.destroy()
  }
}
