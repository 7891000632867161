/** A secret that is typed, or piped: never an argument, which every account of a computer can read. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** The first line of standard input, which a terminal does not show. */
export async function readUnseenLine(): Promise<string> {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: unseen, terminal: process.stdin.isTTY })
  try {
    for await (const line of terminal) return line
    return ''
  } finally {
    terminal.close()
  }
}
