/** What must not leave this computer, nor stand in a log, taken out of a text: whatever opens a door, whoever visits it, and how its owner is reached.
 *  Rather too much than too little: a text that is read by others can do without. */

export const HIDDEN = '…'

const RULES: readonly (readonly [RegExp, string])[] = [
  // Keys, certificates and the like in PEM.
  [/-----BEGIN [^-]+-----[\s\S]*?-----END [^-]+-----/g, HIDDEN],
  // Of an address in the web only who is asked: what follows may be a share link, a grant, a relay code, a topic, a query.
  [/\b([a-z][a-z0-9+.-]*:\/\/)(?:[^\s/?#"'<>@]*@)?([^\s/?#"'<>]+)(?:[/?#][^\s"'<>]*)?/gi, '$1$2'],
  // What a visitor asked for, behind the path.
  [/(\/[^\s?#"'<>]*)[?#][^\s"'<>]+/g, `$1?${HIDDEN}`],
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, HIDDEN],
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, `$1 ${HIDDEN}`],
  [
    /\b((?:[\w-]*(?:password|passwd|secret|token|authorization|cookie|api[_-]?key|hmac|grant|pin))["']?\s*[=:]\s*["']?)[^\s"',;}]+/gi,
    `$1${HIDDEN}`,
  ],
]

/** Keys, grants, tokens and codes: long, and of mixed letters and digits, which no name is. */
const TOKEN = /[A-Za-z0-9_+/=-]{20,}/g
const looksMade = (word: string): boolean => /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word)

export function redact(text: string): string {
  const clean = RULES.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text)
  return clean.replace(TOKEN, (word) => (looksMade(word) ? HIDDEN : word))
}
