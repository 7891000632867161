/** What engine and relay hear in each other's place: frames, messages, probes. */
import assert from 'node:assert/strict'
import type { z } from 'zod'
import { parseAddress } from '../../../protocol/model/address.ts'
import { FrameError, FrameReader, FrameType, frame, MAX_CONTROL_BYTES } from '../../../wire/frames.ts'
import { identityFromPem } from '../../../wire/identity.ts'
import { Answer, Ask, FromEngine, FromRelay, ProbeRequest, ProbeResult, Published, RawMeta, StreamMeta } from '../../../wire/messages.ts'
import { checkProbeAnswer, formatProbeQuestion, mayBeProbe, PROBE_ANSWER_BYTES, parseProbeQuestion } from '../../../wire/probe.ts'
import {
  formatBindingRequest,
  formatBindingResponse,
  formatRefusal,
  parseBindingRequest,
  parseBindingResponse,
} from '../../../wire/stun.ts'
import { type Random, random } from '../random.ts'
import { around, type Target } from '../target.ts'

const KEY = 'A'.repeat(43)
const PROOF = 'b'.repeat(86)
const NONCE = 'c'.repeat(22)
const HOST = 'web.amber-otter-42.relay.example.org'

const PROBE = { kind: 'probe', id: NONCE, via: 'direct', family: 'ipv4', transport: 'tls', port: 443, host: HOST, authority: 'named' }
const SERVICE = { name: 'web', kind: 'http', links: ['abcdefghijkl'], direct: [{ address: '2001:db8::7', port: 8080 }] }
const BAND = { name: 'band', kind: 'udp', links: [], direct: [], port: 22124 }
const ASKS = [
  PROBE,
  { kind: 'publish', publication: { services: [SERVICE, BAND], direct: ['ipv4', 'ipv6'] } },
  { kind: 'challenge', action: 'set', value: KEY },
  { kind: 'issuance', issuance: { issuers: ['ca.example'], accountUri: 'https://ca.example/acct/1' } },
]
const MESSAGES = [
  { m: 'hello', min: 1, max: 1, key: KEY, proof: PROOF },
  {
    m: 'welcome',
    domain: 'relay.example.org',
    label: 'amber-otter-42',
    lanes: 4,
    observed: { family: 'ipv4', address: '203.0.113.7' },
    addresses: { ipv4: '198.51.100.1', ipv6: '2001:db8::1' },
    httpsPort: 443,
    relayOnly: true,
  },
  { m: 'refused', code: 'busy', retryAfterS: 30 },
  { m: 'answer', id: 1, result: {} },
  { m: 'device', version: 1, key: KEY, proof: PROOF, purpose: 'session', session: NONCE, code: NONCE },
  ...ASKS.map((ask) => ({ m: 'ask', id: 7, ask })),
  { service: 'band', peer: { address: '2001:db8::9', port: 50_000 } },
  {
    ports: [
      { service: 'band', port: 22124 },
      { service: 'shell', port: null },
    ],
  },
  { host: HOST, peer: { address: '203.0.113.9', port: 50_000 } },
]

/** How short and how long a payload of each type is in {@link anyFrame}; the reader itself allows longer ones of some. */
const LENGTHS: Record<FrameType, readonly [least: number, most: number]> = {
  [FrameType.control]: [0, 80],
  [FrameType.open]: [0, 80],
  [FrameType.data]: [0, 80],
  [FrameType.credit]: [4, 4],
  [FrameType.end]: [0, 0],
  [FrameType.reset]: [0, 0],
  [FrameType.ping]: [8, 8],
  [FrameType.pong]: [8, 8],
  [FrameType.flow]: [0, 80],
  [FrameType.datagram]: [0, 80],
  [FrameType.bypass]: [32, 32],
  [FrameType.switch]: [0, 0],
}

function anyFrame(source: Random): Buffer {
  const type = source.pick(Object.values(FrameType))
  const [least, most] = LENGTHS[type]
  return frame(type, source.pick([0, 1, 2, source.int(2 ** 32)]), source.bytes(least + source.int(most - least + 1)))
}

interface Heard {
  readonly fault: boolean
  readonly frames: string
}

/** Frames as one text; pieces of data that follow each other in one stream are one. */
function heard(pieces: readonly Buffer[]): Heard {
  const frames: { head: string; payload: string }[] = []
  const reader = new FrameReader((type, stream, payload) => {
    assert.ok(payload.length <= MAX_CONTROL_BYTES && stream <= 0xffff_ffff)
    const head = `${type} ${stream} `
    const last = frames.at(-1)
    if (type === FrameType.data && last?.head === head) last.payload += payload.toString('hex')
    else frames.push({ head, payload: payload.toString('hex') })
  })
  let fault = false
  try {
    for (const piece of pieces) reader.push(piece)
  } catch (error) {
    if (!(error instanceof FrameError)) throw error
    fault = true
  }
  return { fault, frames: frames.map(({ head, payload }) => head + payload).join('\n') }
}

const frames: Target = {
  says: 'frames of a lane, whole and in pieces',
  input(source) {
    const bytes = Buffer.concat(Array.from({ length: 1 + source.int(6) }, () => anyFrame(source)))
    return around([bytes])(source)
  },
  check(bytes) {
    const whole = heard([bytes])
    // Where a stream is cut follows from its bytes, so that an input can be judged again by itself.
    assert.deepEqual(heard(random(bytes.length ^ (bytes[0] ?? 0)).pieces(bytes, 30)), whole)
    return whole.fault ? 'refused' : 'frames'
  },
}

/** Damaged JSON, or JSON of other things. Damage is done to characters, so that most of it is still text. */
function jsonAround(values: readonly unknown[]): (source: Random) => Buffer {
  const damage = around(values.map((value) => JSON.stringify(value)))
  return (source) => {
    const kind = source.int(10)
    if (kind === 0) return Buffer.from(JSON.stringify(source.json()))
    if (kind < 6) return Buffer.from(JSON.stringify(replacedSomewhere(source, source.pick(values))))
    return damage(source)
  }
}

/** The same value with one of its leaves, or one of its branches, another. */
function replacedSomewhere(source: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || source.chance(0.15)) return source.json(2)
  const keys = Object.keys(value)
  if (keys.length === 0) return source.json(2)
  const key = source.pick(keys)
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
  copy[key] = replacedSomewhere(source, copy[key])
  return copy
}

function parsedJson(bytes: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(bytes.toString()) }
  } catch {
    return undefined
  }
}

/** How many of the schemas take it. What is taken once is taken again after a journey. */
function takers(schemas: readonly z.ZodType[], value: unknown): number {
  const taken = schemas.map((schema) => [schema, schema.safeParse(value)] as const).filter(([, result]) => result.success)
  for (const [schema, result] of taken) assert.ok(schema.safeParse(JSON.parse(JSON.stringify(result.data))).success)
  return taken.length
}

const messages: Target = {
  says: 'control messages of relay and engine',
  input: jsonAround(MESSAGES),
  check(bytes) {
    const json = parsedJson(bytes)
    if (!json) return 'no-json'
    return takers([FromRelay, FromEngine, StreamMeta, RawMeta, Answer, ProbeResult, Published], json.value) > 0 ? 'message' : 'refused'
  },
}

const QUESTION = formatProbeQuestion({ id: Buffer.alloc(16, 1), challenge: Buffer.alloc(32, 2) })
const ENGINE = identityFromPem(
  '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n-----END PRIVATE KEY-----\n',
)

const probeRequests: Target = {
  says: 'what an engine asks the relay to look at, and what an outsider asks the engine',
  input(source) {
    return source.chance(0.6) ? jsonAround(ASKS)(source) : around([QUESTION])(source)
  },
  check(bytes) {
    const question = parseProbeQuestion(bytes)
    if (question) {
      assert.deepEqual(formatProbeQuestion(question), bytes)
      assert.ok(mayBeProbe(bytes))
      assert.equal(checkProbeAnswer(ENGINE.publicKey, question, Buffer.alloc(0), bytes), false)
      return 'question'
    }
    if (bytes.length === PROBE_ANSWER_BYTES)
      assert.equal(
        checkProbeAnswer(ENGINE.publicKey, { id: Buffer.alloc(16, 1), challenge: Buffer.alloc(32, 2) }, Buffer.alloc(0), bytes),
        false,
      )
    const json = parsedJson(bytes)
    if (!json) return 'neither'
    const request = ProbeRequest.safeParse(json.value)
    if (request.success) {
      const { port, host } = request.data
      assert.ok(Number.isInteger(port) && port > 0 && port < 65_536 && (host === undefined || host.length <= 253))
    }
    return takers([Ask], json.value) > 0 ? 'request' : 'refused'
  },
}

const TRANSACTION = Buffer.alloc(12, 3)
const MAPPED = { address: '192.0.2.1', port: 32_853 }
const OTHER = { address: '198.51.100.21', port: 3478 }

const stun: Target = {
  says: 'what strangers ask the relay by datagram (STUN), and what the engine is answered',
  input: around([
    formatBindingRequest(TRANSACTION),
    formatBindingRequest(TRANSACTION, { address: true, port: true }),
    formatBindingResponse(TRANSACTION, { mapped: MAPPED }),
    formatBindingResponse(TRANSACTION, { mapped: { address: '2001:db8::7', port: 1 } }),
    formatBindingResponse(TRANSACTION, { mapped: MAPPED, origin: OTHER, other: OTHER }),
    formatRefusal(TRANSACTION, [0x7ffe, 3]),
  ]),
  check(bytes) {
    const asked = parseBindingRequest(bytes)
    if (asked) {
      // A forged sender gets no more than three times what was sent in his name.
      const { transaction, unknown } = asked
      const answer = formatBindingResponse(transaction, { mapped: MAPPED, origin: OTHER, other: OTHER })
      assert.ok((unknown.length > 0 ? formatRefusal(transaction, unknown) : answer).length <= 3 * bytes.length)
      return unknown.length > 0 ? 'not-understood' : 'question'
    }
    const answered = parseBindingResponse(bytes, TRANSACTION)
    if (!answered) return 'neither'
    for (const place of [answered.mapped, answered.origin, answered.other])
      if (place) assert.ok(parseAddress(place.address) && place.port >= 0 && place.port < 65_536)
    return 'answer'
  },
}

export const WIRE_TARGETS = { frames, messages, 'probe-requests': probeRequests, stun }
