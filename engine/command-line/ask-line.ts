/** One line that is typed, or piped. What is secret comes so and never as an argument, which every account of a computer can read. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** The first line of standard input; "" where it ends before. A terminal is asked `question`, and does not show what `isSecret`. */
export async function askLine(question: string, { isSecret = false } = {}): Promise<string> {
  const { isTTY } = process.stdin
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: isSecret ? unseen : process.stderr, terminal: isSecret && isTTY })
  try {
    if (isTTY) process.stderr.write(question)
    for await (const line of lines) return line
    return ''
  } finally {
    lines.close()
    if (isTTY && isSecret) process.stderr.write('\n')
  }
}
