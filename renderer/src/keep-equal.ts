/** `after`, with every part that equals the one in its place in `before` being that very object. A snapshot arrives whole; so only what changed in it
 *  is drawn again. For what JSON can say. */
export function keepEqual<T>(before: unknown, after: T): T {
  if (Object.is(before, after) || !isTree(before) || !isTree(after) || Array.isArray(before) !== Array.isArray(after)) return after
  const entries = Object.entries(after).map(([key, value]) => [key, keepEqual(before[key], value)] as const)
  const isSame =
    entries.length === Object.keys(before).length &&
    entries.every(([key, value]) => Object.hasOwn(before, key) && Object.is(before[key], value))
  if (isSame) return before as T
  return (Array.isArray(after) ? entries.map(([, value]) => value) : Object.fromEntries(entries)) as T
}

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
