/** What the app did to the desktop, in order: `['shell.openExternal', 'https://…']`. A test reads it as `globalThis.__double.log`. */
export const log: (readonly [what: string, ...details: unknown[]])[] = []

export const record = (what: string, ...details: unknown[]): void => void log.push([what, ...details])

/** An event that can be refused, as Electron hands them out. */
export function cancellable<T extends object>(details: T): T & { defaultPrevented: boolean; preventDefault(): void } {
  return Object.assign(details, {
    defaultPrevented: false,
    preventDefault(this: { defaultPrevented: boolean }) {
      this.defaultPrevented = true
    },
  })
}

/** A part of Electron that is not modelled: a clear error at its first use instead of a wrong result. */
export function notModelled(name: string): object {
  const fail = (member: string | symbol): never => {
    throw new Error(`the double does not model electron.${name}.${String(member)}`)
  }
  const quiet = new Set<string | symbol>(['then', 'toJSON', 'constructor', 'prototype'])
  return new Proxy(() => {}, {
    get: (_target, member) => (typeof member === 'symbol' || quiet.has(member) ? undefined : fail(member)),
    construct: () => fail('constructor'),
  })
}
