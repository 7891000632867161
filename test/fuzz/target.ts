/** One parser of foreign bytes: what to feed it with, and what must hold whatever it is fed. */
import { damaged } from '../fakes/gateway-fuzz.ts'
import type { Random } from './random.ts'

export interface Target {
  /** What it reads and from whom, for people. */
  readonly says: string
  /** One input, the same one for the same generator. At most 64 KiB. */
  input(random: Random): Buffer
  /** Parses. Answers with the kind of outcome, one word of few; throws on whatever the parser must not do, and so also on a foreign error. */
  check(bytes: Buffer): string
}

const MAX_BYTES = 65_536

/** Inputs that are mostly good samples with some damage, sometimes two of them grown together, and sometimes noise. */
export function around(samples: readonly (Buffer | string)[], noise: (random: Random) => Buffer = anyNoise): (random: Random) => Buffer {
  const good = samples.map((sample) => Buffer.from(sample))
  return (random) => {
    const kind = random.int(20)
    if (kind === 0) return noise(random).subarray(0, MAX_BYTES)
    if (kind === 1) return spliced(random, random.pick(good), random.pick(good))
    if (kind < 8) return random.mutated(random.pick(good)).subarray(0, MAX_BYTES)
    const [one] = damaged([random.pick(good)], 1, random.int(2 ** 32))
    return one ?? Buffer.alloc(0)
  }
}

const anyNoise = (random: Random): Buffer => random.bytes(random.int(random.pick([16, 100, 2000])))

/** The beginning of one and the end of the other. */
function spliced(random: Random, one: Buffer, other: Buffer): Buffer {
  return Buffer.concat([one.subarray(0, random.int(one.length + 1)), other.subarray(random.int(other.length + 1))]).subarray(0, MAX_BYTES)
}
