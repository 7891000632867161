/** What a provider has answered, as one line for people: the sentence within a JSON answer, a web page without its tags, no control characters. */
import { parseJson } from '../../protocol/json.ts'

/** Longer than what is shown, because secrets are taken out before it is cut there (engine/run/redacted.ts). */
const MAX_CHARS = 4000
/** Where the providers here have their sentence, the most telling first. */
const SENTENCES = ['message', 'detail', 'error_description', 'non_field_errors', 'errors', 'error']
const MAX_DEPTH = 4

export function plainWords(answer: string): string {
  const cut = answer.slice(0, MAX_CHARS)
  const text = /^\s*[[{]/.test(cut) ? (sentenceIn(parseJson(cut), MAX_DEPTH) ?? cut) : withoutTags(cut)
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
}

function sentenceIn(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return value
  if (depth === 0 || typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return sentenceIn(value[0], depth - 1)
  for (const key of SENTENCES) {
    const found = Object.hasOwn(value, key) ? sentenceIn((value as Record<string, unknown>)[key], depth - 1) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

const withoutTags = (text: string): string => text.replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, ' ').replace(/<[^<>]*>/g, ' ')
