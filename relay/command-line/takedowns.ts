/** Share links and names, and taking them down. A running relay acts within a second: who comes is told, and the device is told why. */
import { ProblemError, problem } from '../../protocol/problem.ts'
import { isReason, subjectOf } from '../operating/subject.ts'
import type { Registry } from '../registry/registry.ts'
import type { Subject, Takedown } from '../registry/takedowns.ts'
import { A_LABEL, defineCommand, deviceNamed, print, printJson, timeText, UsageError, withRegistry } from './command.ts'

const A_SUBJECT = 'a share link or a name, such as https://relay.example/s/… or web.amber-otter-42.relay.example'

export const links = defineCommand({
  name: 'links',
  synopsis: 'LABEL [--json]',
  purpose: 'one line a share link of this device: its id, the service it leads to, and whether it is taken down',
  flags: { json: { type: 'boolean' } },
  operand: A_LABEL,
  read: ({ json }, label) => ({ json: json === true, label }),
  run: ({ json, label }, folder) =>
    withRegistry(folder, (registry) => {
      const { key } = deviceNamed(registry, label)
      const found = (registry.published(key)?.services ?? []).flatMap(({ name, links }) =>
        links.map((id) => ({ id, service: name, takenDown: isDown(registry, { deviceKey: key, kind: 'link', name: id }) })),
      )
      if (json) printJson({ links: found })
      else for (const { id, service, takenDown } of found) print(`${id}  ${service}${takenDown ? '  taken down' : ''}`)
      return 0
    }),
})

const isDown = (registry: Registry, subject: Subject): boolean => registry.takedownOf(subject) !== undefined

export const takedown = defineCommand({
  name: 'takedown',
  synopsis: 'LINK-OR-NAME [--reason TEXT]',
  purpose: 'answer at a share link, or at a service’s name, that it was taken down; its owner is told the reason',
  flags: { reason: { type: 'string' } },
  operand: A_SUBJECT,
  read({ reason }, subject) {
    if (reason !== undefined && !isReason(reason)) throw new UsageError('--reason needs one line of at most 200 characters')
    return { subject, reason: reason ?? null }
  },
  run: ({ subject, reason }, folder) =>
    withRegistry(folder, (registry) => {
      registry.takeDown(named(registry, subject), reason, Date.now())
      return 0
    }),
})

export const putBack = defineCommand({
  name: 'put-back',
  synopsis: 'LINK-OR-NAME',
  purpose: 'undo a takedown',
  flags: {},
  operand: A_SUBJECT,
  read: (_values, subject) => subject,
  run: (text, folder) =>
    withRegistry(folder, (registry) => {
      if (!registry.putBack(named(registry, text))) throw new ProblemError(problem('not-taken-down', { name: text }))
      return 0
    }),
})

export const takedowns = defineCommand({
  name: 'takedowns',
  synopsis: '[--json]',
  purpose: 'one line for everything that is taken down, with the reason; the latest first',
  flags: { json: { type: 'boolean' } },
  read: ({ json }) => json === true,
  run: (json, folder) =>
    withRegistry(folder, (registry) => {
      const found = registry.takedowns().map((each) => ({ ...each, label: registry.device(each.deviceKey)?.label ?? null }))
      if (json) printJson({ takedowns: found })
      else for (const each of found) print(lineOf(each))
      return 0
    }),
})

function lineOf({ kind, name, label, reason, atMs }: Takedown & { label: string | null }): string {
  const what = kind === 'service' ? `${name}.${label}` : `link ${name} of ${label}`
  return `${what}  since ${timeText(atMs)}${reason === null ? '' : `  ${reason}`}`
}

/** Throws ProblemError `not-published`. */
function named(registry: Registry, text: string): Subject {
  const subject = subjectOf(registry, text)
  if (!subject) throw new ProblemError(problem('not-published', { name: text }))
  return subject
}
