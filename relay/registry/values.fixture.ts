/** What tests put into a registry. */
import { randomBytes } from 'node:crypto'
import type { Publication } from '../../wire/messages.ts'

export const newKey = (): string => randomBytes(32).toString('base64url')
export const newLinkId = (): string => Array.from(randomBytes(16), (byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte & 31]).join('')

export function publicationOf(services: Record<string, string[]>): Publication {
  return {
    services: Object.entries(services).map(([name, links]) => ({ name, kind: 'http' as const, links, direct: [] })),
    direct: ['ipv4'],
  }
}
