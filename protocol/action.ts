/** What the app itself can do about a problem: a step of its words may name one of these. A face that cannot do it offers the words alone. */
import { z } from 'zod'
import type { Problem } from './problem.ts'

/** Each with the command that does the same, which takes its `{facts}` from the problem; null: the command line has none, or the fact itself is
 *  one. On the page it is a button. */
const COMMANDS = {
  /** Look at everything again. */
  'check-now': 'porchlight diagnose',
  /** Where a relay code, or a relay's address, is entered. */
  'join-relay': 'porchlight join CODE',
  /** Put the problem's own command on the clipboard. */
  'copy-command': '{command}',
  /** The router's own page. */
  'open-router': 'http://{address}/',
  /** How it is done on this very router, with the numbers of this network. */
  'open-guide': 'porchlight guide',
  /** Where the certificate that is shown now can be compared, and accepted. */
  'accept-certificate': 'porchlight pin {service}',
  'agree-terms': 'porchlight certificate agree',
  /** A whole order at the directory's rehearsal. */
  'test-certificate': 'porchlight certificate test',
  'test-alerts': 'porchlight alerts test',
  /** Where the service stands with all that can be set of it. */
  'show-service': 'porchlight status',
  'show-links': 'porchlight link ls {service}',
  /** Where it is chosen who may come in. */
  'set-access': 'porchlight access {service}',
  /** Where the device is given its name. */
  'choose-name': 'porchlight name set LABEL',
  'add-service': 'porchlight add NAME --to ADDRESS',
  /** Where the names stand, and who keeps them. */
  'show-names': 'porchlight name ls',
  /** Ask the provider of a name again, which also ends a rest after a failure. */
  'test-name': 'porchlight name test {host}',
  /** Where what opens a name at its provider is given anew. */
  'give-credentials': 'porchlight name update {host}',
  'show-alerts': 'porchlight alerts',
  'show-bans': 'porchlight ban ls',
  'support-bundle': 'porchlight support-bundle',
  restart: 'porchlight restart',
} as const

export const ActionId = z.enum(Object.keys(COMMANDS) as [keyof typeof COMMANDS, ...(keyof typeof COMMANDS)[]])
export type ActionId = z.infer<typeof ActionId>

/** The command for it; null where the problem lacks a fact that it needs. */
export function commandFor(action: ActionId, { params }: Pick<Problem, 'params'>): string | null {
  const names = [...COMMANDS[action].matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  if (names.some((name) => !params[name])) return null
  return COMMANDS[action].replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '')
}
