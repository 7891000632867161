/** `run --unlock`: the desktop app hands the key over on standard input, which no other program of the account can read afterwards. */
import type { Readable } from 'node:stream'
import { parseJson } from '../../protocol/json.ts'
import { Wrapping } from '../../protocol/wrapping.ts'
import { UsageError } from './command.ts'

const WAIT_MS = 10_000
const MAX_BYTES = 1024

/** Its first line. Throws {@link UsageError} where none comes within ten seconds, or another one. Reads no further, and lets the stream go. */
export async function readWrapping(from: Readable): Promise<Wrapping> {
  const timer = setTimeout(() => from.destroy(), WAIT_MS)
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of from) {
      chunks.push(chunk)
      bytes += chunk.length
      if (chunk.includes('\n') || bytes > MAX_BYTES) break
    }
  } catch {
    // Without a line there is none, whyever.
  } finally {
    clearTimeout(timer)
  }
  const [line = ''] = Buffer.concat(chunks).toString('utf8').split('\n')
  const read = bytes <= MAX_BYTES ? Wrapping.safeParse(parseJson(line)).data : undefined
  if (!read) throw new UsageError('--unlock takes what opens the keys as the first line of standard input, within ten seconds')
  return read
}
