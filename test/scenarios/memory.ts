/** Looks for texts in everything that a running process could write to: its heaps, stacks and buffers (proc(5), /proc/PID/mem). */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

const PIECE_BYTES = 8 * 1024 * 1024

export interface Search {
  /** Which of the texts were found, as bytes or as two-byte characters. */
  readonly found: readonly string[]
  readonly bytes: number
}

/** Needs the right to trace `pid`. Texts are short and ASCII. */
export function searchMemory(pid: number, texts: readonly string[]): Search {
  const needles = texts.flatMap((text) => [
    { text, bytes: Buffer.from(text, 'latin1') },
    { text, bytes: Buffer.from(text, 'utf16le') },
  ])
  const overlap = Math.max(...needles.map(({ bytes }) => bytes.length))
  const found = new Set<string>()
  let searched = 0
  const memory = openSync(`/proc/${pid}/mem`, 'r')
  try {
    for (const [from, to] of writable(pid))
      for (let at = from; at < to; at += PIECE_BYTES - overlap) {
        const piece = readPiece(memory, at, Math.min(PIECE_BYTES, to - at))
        searched += piece.length
        for (const { text, bytes } of needles) if (piece.includes(bytes)) found.add(text)
      }
  } finally {
    closeSync(memory)
  }
  return { found: [...found].sort(), bytes: searched }
}

function writable(pid: number): [number, number][] {
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8')
  return [...maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm)].map(([, from = '', to = '']) => [
    Number.parseInt(from, 16),
    Number.parseInt(to, 16),
  ])
}

/** Empty where the process has given the pages back meanwhile. */
function readPiece(memory: number, at: number, length: number): Buffer {
  const piece = Buffer.alloc(length)
  try {
    return piece.subarray(0, readSync(memory, piece, 0, length, at))
  } catch {
    return Buffer.alloc(0)
  }
}
