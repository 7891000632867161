/** Random inputs that can be had again: every run has its own seed, and a failure names it.
 *
 *  `PORCHLIGHT_FUZZ_RUNS` sets how many runs a loop makes (20 000 unless told; `npm run proof` makes a million of each). The first
 *  20 000 of a million are the same inputs as always. */
import { setImmediate as turn } from 'node:timers/promises'

export interface Random {
  /** A whole number from 0 to `below` − 1; `below` is at most 2³². */
  int(below: number): number
  /** True with this probability. */
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  bytes(length: number): Buffer
  /** `length` characters out of `alphabet`. */
  text(alphabet: string, length: number): string
  /** The same bytes with one to four of them changed, removed, doubled or put in. Never in place. */
  mutated(bytes: Buffer): Buffer
  /** The same bytes in consecutive pieces of at most `maxBytes`. */
  pieces(bytes: Buffer, maxBytes: number): Buffer[]
  /** Anything JSON can say, hostile names and numbers included. */
  json(depth?: number): unknown
}

/** The generator is Mulberry32: 32 bits of state are plenty, since every run is seeded anew. */
export function random(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const int = (below: number): number => Math.floor((next() / 0x1_0000_0000) * below)
  const self: Random = {
    int,
    chance: (probability) => next() / 0x1_0000_0000 < probability,
    pick: (list) => {
      if (list.length === 0) throw new RangeError('nothing to pick from')
      return list[int(list.length)] as (typeof list)[number]
    },
    bytes: (length) => {
      const out = Buffer.allocUnsafe(length)
      for (let at = 0; at < length; at += 4) {
        const word = next()
        for (let offset = 0; offset < 4 && at + offset < length; offset++) out[at + offset] = word >>> (offset * 8)
      }
      return out
    },
    text: (alphabet, length) => Array.from({ length }, () => alphabet[int(alphabet.length)]).join(''),
    mutated: (bytes) => {
      let out = Buffer.from(bytes)
      for (let changes = 1 + int(4); changes > 0; changes--) out = mutatedOnce(self, out)
      return out
    },
    pieces: (bytes, maxBytes) => {
      const out: Buffer[] = []
      for (let at = 0; at < bytes.length; ) {
        const piece = bytes.subarray(at, at + 1 + int(maxBytes))
        out.push(piece)
        at += piece.length
      }
      return out
    },
    json: (depth = 3) => anyJson(self, depth),
  }
  return self
}

function mutatedOnce(random: Random, bytes: Buffer): Buffer<ArrayBuffer> {
  const at = random.int(bytes.length + 1)
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
  switch (random.int(5)) {
    case 0:
      return Buffer.concat([before, random.bytes(1), after.subarray(1)])
    case 1:
      return Buffer.concat([before, after.subarray(1 + random.int(4))])
    case 2:
      return Buffer.concat([before, random.bytes(1 + random.int(4)), after])
    case 3:
      return Buffer.concat([before, Buffer.of(random.pick([0, 1, 0x7f, 0x80, 0xfe, 0xff])), after.subarray(1)])
    default:
      return Buffer.concat([before, after.subarray(0, 8), after])
  }
}

const HOSTILE_SCALARS = [
  ...[null, true, false, 0, -0, -1, 1, 1.5, 65_535, 65_536, 2 ** 31, 2 ** 32, 2 ** 53, 1e308, -1e308],
  ...['', ' ', '\0', '__proto__', 'constructor', '../..', '\ud800', 'x'.repeat(300), '127.0.0.1', 'a.b'],
] as const
const HOSTILE_KEYS = ['id', 'm', 'kind', 'call', 'stop', 'input', 'value', 'problem', '__proto__', 'constructor', 'toString', '', '0']

function anyJson(random: Random, depth: number): unknown {
  const kind = random.int(depth > 0 ? 5 : 3)
  if (kind === 0) return random.pick(HOSTILE_SCALARS)
  if (kind === 1) return random.int(1000) - 500
  if (kind === 2) return random.text('abcXYZ019-_./:\u00e9\u0000', random.int(30))
  const length = random.int(5)
  if (kind === 3) return Array.from({ length }, () => anyJson(random, depth - 1))
  // JSON.parse makes `__proto__` an own property, as it does for a peer's bytes; an object literal would set the prototype.
  const entries = Array.from({ length }, () => `${JSON.stringify(random.pick(HOSTILE_KEYS))}:${JSON.stringify(anyJson(random, depth - 1))}`)
  return JSON.parse(`{${entries.join(',')}}`)
}

const DEFAULT_RUNS = 20_000

/** The seed of one run out of many. An odd factor spreads neighbouring runs over the whole range. */
export const seedOfRun = (seed: number, run: number): number => (seed + Math.imul(run, 0x9e3779b1)) >>> 0

/** As many as the surroundings ask for. */
const wantedRuns = (): number => Number(process.env.PORCHLIGHT_FUZZ_RUNS ?? DEFAULT_RUNS)

type Body = (random: Random, run: number) => void

/** Calls `body` with a fresh generator for every run. An error is thrown on with the seed that makes it happen again. */
export function fuzz(seed: number, body: Body, runs: number = wantedRuns()): void {
  for (let run = 0; run < runs; run++) runOnce(seed, body, run)
}

/** The event loop has a turn after so many runs. */
const RUNS_A_TURN = 200

/** The same for what leaves work to the event loop, as streams do: without a turn in between, all of it would be held until the end. */
export async function fuzzInTurns(seed: number, body: Body, runs: number = wantedRuns()): Promise<void> {
  for (let run = 0; run < runs; run++) {
    runOnce(seed, body, run)
    if (run % RUNS_A_TURN === 0) await turn()
  }
}

function runOnce(seed: number, body: Body, run: number): void {
  const runSeed = seedOfRun(seed, run)
  try {
    body(random(runSeed), run)
  } catch (error) {
    throw new Error(`run ${run} fails; random(${runSeed}) makes it happen again`, { cause: error })
  }
}
