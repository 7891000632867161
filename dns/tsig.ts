/** Messages signed with a shared secret (TSIG, RFC 8945).
 *
 *  ```
 *  record   key name | 250 u16 | ANY u16 | TTL 0 | length u16 | data, the last one of the additional section
 *  data     algorithm name | time signed u48 (s) | fudge u16 (s) | MAC length u16, MAC
 *           | original id u16 | error u16 | other length u16, other data
 *
 *  MAC over  [for an answer: request's MAC length u16, MAC]  | the message without this record, with its original id
 *            | key name | ANY | TTL 0 | algorithm name | time signed | fudge | error | other length, other data    §4.3
 *  ``` */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { CLASS_ANY, TYPE } from './codes.ts'
import { type Message, type RawRecord, readMessage, readName } from './message.ts'
import { isSameName, type Name, nameOf, uncompressed } from './names.ts'
import { u16, u32 } from './records.ts'

/** Algorithm → its hash. MD5 is left to history; SHA-1 is what some old servers know, and RFC 8945 §6 has it implemented. */
const HASHES = {
  'hmac-sha1': 'sha1',
  'hmac-sha224': 'sha224',
  'hmac-sha256': 'sha256',
  'hmac-sha384': 'sha384',
  'hmac-sha512': 'sha512',
} as const

export interface TsigKey {
  readonly name: string
  readonly algorithm: keyof typeof HASHES
  readonly secret: Buffer
}

/** Clocks may differ by this much (§10). */
const FUDGE_S = 300
const MAX_KEY_FILE_BYTES = 65_536
/** The error field's own codes (§3). */
const ERRORS: Readonly<Record<number, Unproven>> = { 16: 'bad-signature', 17: 'bad-key', 18: 'bad-time' }

export type Unproven = 'unsigned' | 'bad-key' | 'bad-signature' | 'bad-time'

/** A key as `tsig-keygen` (BIND) or `keymgr -t` (Knot) writes it, or in a line as `nsupdate -y` takes it: algorithm:name:secret. Throws RangeError where one of its three parts is missing or unknown. */
export function readTsigKey(text: string): TsigKey {
  if (text.length > MAX_KEY_FILE_BYTES) throw new RangeError('the file is too long for a key')
  const [, inLine, named, secretOf] = /^\s*([a-z0-9-]+):([A-Za-z0-9._-]{1,250}):([A-Za-z0-9+/]+=*)\s*$/i.exec(text) ?? []
  const bare = text.replace(/^\s*(#|\/\/).*$/gm, '')
  const name = named ?? /\bkey\s+"?([A-Za-z0-9._-]{1,250})"?\s*\{/.exec(bare)?.[1] ?? /\bid:\s*"?([A-Za-z0-9._-]{1,250})/.exec(bare)?.[1]
  const algorithm = (inLine ?? /\balgorithm:?\s+"?([a-z0-9-]+)/i.exec(bare)?.[1])?.toLowerCase()
  const secret = Buffer.from(secretOf ?? /\bsecret:?\s+"?([A-Za-z0-9+/]+=*)/.exec(bare)?.[1] ?? '', 'base64')
  if (name === undefined) throw new RangeError('the key has no name')
  if (algorithm === undefined || !Object.hasOwn(HASHES, algorithm))
    throw new RangeError('the algorithm must be one of hmac-sha1, -sha224, -sha256, -sha384 and -sha512')
  if (secret.length < 16) throw new RangeError('the secret is missing or shorter than 128 bits')
  return { name: name.toLowerCase(), algorithm: algorithm as TsigKey['algorithm'], secret }
}

interface Variables {
  readonly timeS: number
  readonly fudgeS: number
  readonly error: number
  readonly other: Uint8Array
}

const u48 = (value: number): number[] => [...u16(Math.floor(value / 2 ** 32)), ...u32(value % 2 ** 32)]

function mac(key: TsigKey, requestMac: Uint8Array | undefined, message: Uint8Array, { timeS, fudgeS, error, other }: Variables): Buffer {
  const before = requestMac ? [...u16(requestMac.length), ...requestMac] : []
  const time = [...u48(timeS), ...u16(fudgeS), ...u16(error), ...u16(other.length), ...other]
  const variables = [...wire(key.name), ...u16(CLASS_ANY), 0, 0, 0, 0, ...wire(key.algorithm), ...time]
  const hmac = createHmac(HASHES[key.algorithm], key.secret)
  return hmac.update(Uint8Array.from(before)).update(message).update(Uint8Array.from(variables)).digest()
}

const wire = (name: string): number[] => uncompressed(nameOf(name))

/** The message with its signature; `mac` is needed to check the answer. `requestMac`: the message is an answer. */
export function sign(message: Uint8Array, key: TsigKey, nowMs: number, requestMac?: Uint8Array): { bytes: Uint8Array; mac: Uint8Array } {
  const timeS = Math.floor(nowMs / 1000)
  const made = mac(key, requestMac, message, { timeS, fudgeS: FUDGE_S, error: 0, other: new Uint8Array() })
  const id = [message[0] ?? 0, message[1] ?? 0]
  const data = [...wire(key.algorithm), ...u48(timeS), ...u16(FUDGE_S), ...u16(made.length), ...made, ...id, ...u16(0), ...u16(0)]
  const record = [...wire(key.name), ...u16(TYPE.TSIG), ...u16(CLASS_ANY), 0, 0, 0, 0, ...u16(data.length), ...data]
  const bytes = Buffer.concat([message, Uint8Array.from(record)])
  bytes.writeUInt16BE(bytes.readUInt16BE(10) + 1, 10)
  return { bytes, mac: made }
}

/** Does this answer come from who has the key, and belong to the question whose MAC this is? A malformed message is `unsigned`. */
export function verify(bytes: Uint8Array, key: TsigKey, requestMac: Uint8Array | undefined, nowMs: number): 'ok' | Unproven {
  const record = lastRecord(readMessage(bytes))
  const read = record && readTsig(bytes, record)
  if (!record || !read) return 'unsigned'
  // An error that the server could not sign names its reason all the same (§5.2).
  if (read.mac.length === 0) return ERRORS[read.error] ?? 'unsigned'
  if (!isSameName(record.owner, nameOf(key.name)) || !isSameName(read.algorithm, nameOf(key.algorithm))) return 'bad-key'
  const unsigned = Buffer.from(bytes.subarray(0, record.at))
  unsigned.writeUInt16BE(unsigned.readUInt16BE(10) - 1, 10)
  unsigned.writeUInt16BE(read.originalId, 0)
  const expected = mac(key, requestMac, unsigned, read)
  if (read.mac.length !== expected.length || !timingSafeEqual(read.mac, expected)) return 'bad-signature'
  const isStale = Math.abs(nowMs / 1000 - read.timeS) > read.fudgeS
  return ERRORS[read.error] ?? (isStale ? 'bad-time' : 'ok')
}

function lastRecord(message: Message | undefined): RawRecord | undefined {
  const last = message?.additional.at(-1)
  return last?.type === TYPE.TSIG && last.class === CLASS_ANY && last.ttlS === 0 ? last : undefined
}

interface Tsig extends Variables {
  readonly algorithm: Name
  readonly mac: Uint8Array
  readonly originalId: number
}

function readTsig(bytes: Uint8Array, { dataAt, data }: RawRecord): Tsig | undefined {
  const end = dataAt + data.length
  const algorithm = readName(bytes, dataAt)
  if (!algorithm || algorithm.end + 10 > end) return undefined
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, end)
  const macAt = algorithm.end + 10
  const afterMac = macAt + view.readUInt16BE(algorithm.end + 8)
  if (afterMac + 6 > end) return undefined
  const otherAt = afterMac + 6
  if (otherAt + view.readUInt16BE(afterMac + 4) !== end) return undefined
  return {
    algorithm: algorithm.name,
    timeS: view.readUIntBE(algorithm.end, 6),
    fudgeS: view.readUInt16BE(algorithm.end + 6),
    mac: bytes.subarray(macAt, afterMac),
    originalId: view.readUInt16BE(afterMac),
    error: view.readUInt16BE(afterMac + 2),
    other: bytes.subarray(otherAt, end),
  }
}
