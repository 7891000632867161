/** What somebody else has written, as JSON; undefined when it is none. What it says is for a schema to judge, its length for the caller. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
