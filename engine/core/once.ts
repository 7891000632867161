/** What follows from a value that never changes is worked out once for it, and forgotten with it: several questions are asked of one state, at
 *  every event, and each would else go through all services and paths again. */
export function onceFor<K extends object, T>(work: (key: K) => T): (key: K) => T {
  const known = new WeakMap<K, { readonly found: T }>()
  return (key) => {
    const before = known.get(key)
    if (before) return before.found
    const found = work(key)
    known.set(key, { found })
    return found
  }
}
