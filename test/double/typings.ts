/** electron.d.ts, read as text: which members a class or interface declares. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export interface Declared {
  /** A call gives a Promise. */
  isAsync: boolean
  isStatic: boolean
}

const lines = readFileSync(join(dirname(createRequire(import.meta.url).resolve('electron/package.json')), 'electron.d.ts'), 'utf8').split(
  '\n',
)

/** The members of `name` with the inherited ones. Throws when electron.d.ts has no such type. */
export function declaredMembers(name: string): Map<string, Declared> {
  const start = lines.findIndex((line) => new RegExp(`^ {2}(class|interface) ${name}( |$)`).test(line))
  if (start < 0) throw new Error(`electron.d.ts has no ${name}`)
  const parent = / extends (\w+)/.exec(lines[start] ?? '')?.[1]
  const members: Map<string, Declared> = parent === undefined || parent.startsWith('Node') ? new Map() : declaredMembers(parent)
  for (const line of lines.slice(start + 1, lines.indexOf('  }', start))) {
    const [, isStatic, member] = /^ {4}(static )?(?:readonly )?(\w+)\??[(:<]/.exec(line) ?? []
    if (member !== undefined) members.set(member, { isAsync: /\): Promise</.test(line), isStatic: isStatic !== undefined })
  }
  return members
}
