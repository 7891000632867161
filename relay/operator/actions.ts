/** What the operator can do on his page: the same as by his commands, which write into the same registry. */
import { ProblemError } from '../../protocol/problem.ts'
import { CODE_VALID_MS, makeCodes, type NewCode } from '../operating/relay-codes.ts'
import { isReason, subjectOf } from '../operating/subject.ts'
import type { Registry } from '../registry/registry.ts'
import type { OperatorWords } from './words.ts'

export type Done =
  | { readonly state: 'done' }
  | { readonly state: 'made'; readonly code: NewCode }
  /** What the operator is told. */
  | { readonly state: 'wrong'; readonly text: string }

/** `field`: of the form, trimmed; empty where there is none. */
export type Action = (field: (name: string) => string, words: OperatorWords) => Done

const DONE: Done = { state: 'done' }

export function createActions(registry: Registry, folder: string): Readonly<Record<string, Action>> {
  const suspendSince =
    (atMs: () => number | null): Action =>
    (field, words) => {
      const device = registry.deviceByLabel(field('label'), Date.now())
      if (!device) return { state: 'wrong', text: words.notFound(field('label')) }
      registry.suspendDevice(device.key, atMs())
      return DONE
    }
  return {
    '/devices/suspend': suspendSince(() => Date.now()),
    '/devices/resume': suspendSince(() => null),
    '/codes/make': (_field, words) => {
      try {
        const [code] = makeCodes(folder, registry, 1, CODE_VALID_MS)
        return code ? { state: 'made', code } : DONE
      } catch (error) {
        if (error instanceof ProblemError) return { state: 'wrong', text: words.notRun }
        throw error
      }
    },
    '/codes/revoke': (field, words) => (registry.revokeCode(field('id')) ? DONE : { state: 'wrong', text: words.notFound(field('id')) }),
    '/takedowns/add': (field, words) => {
      const [subject, reason] = [subjectOf(registry, field('what')), field('reason')]
      if (!subject) return { state: 'wrong', text: words.notFound(field('what')) }
      if (reason !== '' && !isReason(reason)) return { state: 'wrong', text: words.wrongReason }
      registry.takeDown(subject, reason || null, Date.now())
      return DONE
    },
    '/takedowns/put-back': (field, words) => {
      const subject = subjectOf(registry, field('what'))
      return subject && registry.putBack(subject) ? DONE : { state: 'wrong', text: words.notFound(field('what')) }
    },
  }
}
