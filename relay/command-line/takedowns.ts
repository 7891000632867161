/** Share links and names, and taking them down. A running relay acts within a second: who comes is told, and the device is told why. */
import { serviceOfRelayOnlyName } from '../../protocol/model/relay-only.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { Registry } from '../registry/registry.ts'
import type { Subject, Takedown } from '../registry/takedowns.ts'
import { A_LABEL, defineCommand, deviceNamed, print, printJson, timeText, UsageError, withRegistry } from './command.ts'

/** It travels in one message to the device, with others. */
const MAX_REASON_LENGTH = 200
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
    if (reason !== undefined && (reason === '' || reason.length > MAX_REASON_LENGTH || /\p{Cc}/u.test(reason)))
      throw new UsageError(`--reason needs one line of at most ${MAX_REASON_LENGTH} characters`)
    return { subject, reason: reason ?? null }
  },
  run: ({ subject, reason }, folder) =>
    withRegistry(folder, (registry) => {
      registry.takeDown(subjectOf(registry, subject), reason, Date.now())
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
      // By its own id first: what was taken down may have been withdrawn by its owner since.
      const id = linkIdOf(text)
      const link = id && registry.takedowns().find(({ kind, name }) => kind === 'link' && name === id)
      if (!registry.putBack(link || subjectOf(registry, text))) throw new ProblemError(problem('not-taken-down', { name: text }))
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

/** Of an address, its path; of a bare id, itself. */
function linkIdOf(text: string): string | undefined {
  return /^(?:https:\/\/[^/]+\/s\/)?([a-z2-7]{12,32})(?:[#?].*)?$/.exec(text)?.[1]
}

/** Throws ProblemError `not-published`. */
function subjectOf(registry: Registry, text: string): Subject {
  const id = linkIdOf(text)
  const owner = id && registry.linkOwner(id)
  if (id && owner) return { deviceKey: owner.deviceKey, kind: 'link', name: id }
  const [service = '', label = ''] =
    text
      .replace(/^https?:\/\//, '')
      .split(/[/:]/)[0]
      ?.toLowerCase()
      .split('.') ?? []
  const name = serviceOfRelayOnlyName(service) ?? service
  const device = registry.deviceByLabel(label, Date.now())
  const isPublished = device && registry.published(device.key)?.services.some((each) => each.name === name)
  const subject: Subject | undefined = device && { deviceKey: device.key, kind: 'service', name }
  if (!subject || !(isPublished || isDown(registry, subject))) throw new ProblemError(problem('not-published', { name: text }))
  return subject
}
