/** Damaged copies of good bytes, the same ones for the same seed. */

/** Mulberry32: 32 bits of state, evenly spread, and short enough to be seen through. Returns numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What breaks parsers of text, XML and headers. */
const SPLINTERS = [
  '<',
  '>',
  '</',
  '/>',
  '&',
  '&amp;',
  '&#x0;',
  '&x;',
  ']]>',
  '<!--',
  '<![CDATA[',
  '<!DOCTYPE a [',
  '<?',
  '"',
  "'",
  '\0',
  '\r\n',
  ':',
  '',
  ' ',
  '�',
  '9'.repeat(40),
]

/** `runs` damaged copies of the samples: with one to eight cuts, repeats, flipped bytes, splinters and swaps each. Copies stay below 64 kB. */
export function* damaged(samples: readonly (string | Buffer)[], runs: number, seed: number): Generator<Buffer> {
  const random = seededRandom(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  for (let run = 0; run < runs; run += 1) {
    let bytes: Buffer = Buffer.from(samples[below(samples.length)] ?? '')
    // Mostly one or two, so that much of what comes out is still nearly right and reaches deep into the parser.
    for (let hits = 0; hits < 8 && (hits === 0 || random() < 0.4); hits += 1) bytes = damage(bytes, below).subarray(0, 65_536)
    yield bytes
  }
}

function damage(bytes: Buffer, below: (limit: number) => number): Buffer {
  const at = below(bytes.length + 1)
  const to = Math.min(bytes.length, at + below(below(40) + 1))
  const [head, middle, tail] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)]
  switch (below(12)) {
    case 0:
      return head
    case 1:
      return Buffer.concat([tail, middle, head])
    case 2:
    case 3:
      return Buffer.concat([head, ...Array<Buffer>(below(20)).fill(middle), tail])
    case 4:
    case 5:
    case 6:
      return Buffer.concat([head, Buffer.from(middle.map((byte) => byte ^ (1 << below(8)))), tail])
    case 7:
    case 8:
    case 9:
      return Buffer.concat([head, Buffer.from(SPLINTERS[below(SPLINTERS.length)] ?? ''), tail])
    default:
      return Buffer.concat([head, tail])
  }
}
