/** Asking a name server that knows the answer itself: by UDP, then by TCP what is too large; and whom to ask for a zone. */
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { on, once } from 'node:events'
import { type Endpoint, familyOf } from '../protocol/model/address.ts'
import { CLASS_IN, RCODE, TYPE } from './codes.ts'
import { type NameServerConnection, NameServerError, openNameServer } from './exchange.ts'
import { type Message, type RawRecord, readMessage, readName, writeQuestion } from './message.ts'
import { isSameName, type Name } from './names.ts'

export interface Answered {
  readonly rcode: number
  readonly authoritative: boolean
  /** Those of the name and type asked for. */
  readonly records: readonly RawRecord[]
  /** The name is another name for this one (CNAME). */
  readonly alias: Name | undefined
}

const ATTEMPT_MS = 2000
const ATTEMPTS = 2

/** Rejects with {@link NameServerError} `silent`, `unreachable` or `malformed`, or with the signal's reason. At most 4 s by UDP, 15 s by TCP. */
export async function ask(server: Endpoint, name: Name, type: number, signal: AbortSignal, flags = 0): Promise<Answered> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const bytes = await askByUdp(server, name, type, signal, flags)
    const message = bytes && readMessage(bytes)
    if (message && !message.truncated) return answered(message, bytes, name, type)
    if (!message) continue
    const connection = await openNameServer(server, signal)
    try {
      return await askOn(connection, name, type, flags)
    } finally {
      connection.close()
    }
  }
  throw new NameServerError('silent', 'the name server does not answer')
}

/** On a connection that stands. */
export async function askOn(connection: NameServerConnection, name: Name, type: number, flags = 0): Promise<Answered> {
  const bytes = await connection.exchange((id) => writeQuestion(id, name, type, flags))
  const message = readMessage(bytes)
  if (!message || !isAnswerTo(message, name, type)) throw new NameServerError('malformed', 'the name server sent no answer to the question')
  return answered(message, bytes, name, type)
}

export interface ZoneFound {
  readonly zone: Name
  readonly serial: number
}

/** In which of its zones the server has this name. Undefined: in none, or it does not know by itself. */
export async function findZone(connection: NameServerConnection, name: Name): Promise<ZoneFound | undefined> {
  const bytes = await connection.exchange((id) => writeQuestion(id, name, TYPE.SOA))
  const message = readMessage(bytes)
  if (!message || !isAnswerTo(message, name, TYPE.SOA)) throw new NameServerError('malformed', 'the name server sent no answer')
  if (!message.authoritative || (message.rcode !== RCODE.NOERROR && message.rcode !== RCODE.NXDOMAIN)) return undefined
  const soa = [...message.answers, ...message.authority].find(({ type }) => type === TYPE.SOA)
  const serial = soa && serialOf(bytes, soa)
  return soa && serial !== undefined ? { zone: soa.owner, serial } : undefined
}

/** The host names of a zone's name servers, as this one has them. */
export async function nameServersOf(connection: NameServerConnection, zone: Name): Promise<Name[]> {
  const bytes = await connection.exchange((id) => writeQuestion(id, zone, TYPE.NS))
  const message = readMessage(bytes)
  if (!message || !isAnswerTo(message, zone, TYPE.NS)) throw new NameServerError('malformed', 'the name server sent no answer')
  return answered(message, bytes, zone, TYPE.NS).records.flatMap(({ dataAt }) => {
    const host = readName(bytes, dataAt)
    return host ? [host.name] : []
  })
}

function serialOf(bytes: Uint8Array, { dataAt, data }: RawRecord): number | undefined {
  const primary = readName(bytes, dataAt)
  const mailbox = primary && readName(bytes, primary.end)
  if (!mailbox || mailbox.end + 20 !== dataAt + data.length) return undefined
  return new DataView(bytes.buffer, bytes.byteOffset + mailbox.end).getUint32(0)
}

async function askByUdp(server: Endpoint, name: Name, type: number, signal: AbortSignal, flags: number): Promise<Buffer | undefined> {
  const socket = createSocket(familyOf(server.address) === 'ipv6' ? 'udp6' : 'udp4')
  const id = randomInt(0x10000)
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)])
  try {
    // Connected: the system drops what comes from elsewhere.
    socket.connect(server.port, server.address)
    await once(socket, 'connect', { signal: bounded })
    socket.send(writeQuestion(id, name, type, flags))
    for await (const [bytes] of on(socket, 'message', { signal: bounded })) {
      const message = readMessage(bytes as Buffer)
      // Anything else may be a forgery: the real answer may still come.
      if (message?.id === id && isAnswerTo(message, name, type)) return bytes as Buffer
    }
    return undefined
  } catch (cause) {
    signal.throwIfAborted()
    if (bounded.aborted) return undefined
    throw new NameServerError('unreachable', 'the name server cannot be reached', { cause })
  } finally {
    socket.close()
  }
}

function isAnswerTo({ isAnswer, opcode, questions }: Message, name: Name, type: number): boolean {
  const [question, ...more] = questions
  const isSame = question?.type === type && question.class === CLASS_IN && isSameName(question.name, name)
  return isAnswer && opcode === 0 && more.length === 0 && isSame
}

function answered({ rcode, authoritative, answers }: Message, bytes: Uint8Array, name: Name, asked: number): Answered {
  const own = answers.filter((record) => record.class === CLASS_IN && isSameName(record.owner, name))
  const cname = own.find(({ type }) => type === TYPE.CNAME)
  return {
    rcode,
    authoritative,
    records: own.filter(({ type }) => type === asked),
    alias: cname && readName(bytes, cname.dataAt)?.name,
  }
}
