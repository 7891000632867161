/** An engine that runs may have come with an older app. What becomes of it, now that this one has a newer? */

export interface Running {
  /** Null: so old that it did not say. */
  readonly version: string | null
  /** The script that it runs. */
  readonly program: string | null
}

export interface Ours {
  readonly version: string
  readonly script: string
  /** Where copies of every version lie (engine-copy.ts), ending with a separator. */
  readonly programs: string
}

/** `restart`: it runs from files that this app has replaced, and becomes what lies there now, under its own number, so that whoever watches over it sees
 *  one process. `replace`: it runs from the copy of another version; it is stopped, and ours started. `keep`: it is as new, or it came from
 *  elsewhere (a clone, a service of another installation) and is somebody else's. */
export function succession({ version, program }: Running, ours: Ours): 'keep' | 'restart' | 'replace' {
  if (program === null || (version !== null && !isOlder(version, ours.version))) return 'keep'
  if (program === ours.script) return 'restart'
  return program.startsWith(ours.programs) ? 'replace' : 'keep'
}

/** By their three numbers; what follows a hyphen does not count. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [numbers(version), numbers(than)]
  for (let at = 0; at < 3; at++) if ((a[at] ?? 0) !== (b[at] ?? 0)) return (a[at] ?? 0) < (b[at] ?? 0)
  return false
}

const numbers = (version: string): number[] => (/^\d+(\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number)
