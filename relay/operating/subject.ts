/** What an operator means when he names a link or a service: an address from a complaint, a bare id, a host name in any spelling. */
import { readAlias } from '../../protocol/model/link.ts'
import type { Registry } from '../registry/registry.ts'
import type { Subject } from '../registry/takedowns.ts'
import { serviceOfHost } from './carrier.ts'

/** It travels in one message to the device, with others. */
const MAX_REASON_LENGTH = 200

/** One line that its owner will read. */
export const isReason = (text: string): boolean => text !== '' && text.length <= MAX_REASON_LENGTH && !/\p{Cc}/u.test(text)

/** Undefined: no device publishes it. What is taken down is found by its id also after its owner has withdrawn it. */
export function subjectOf(registry: Registry, text: string): Subject | undefined {
  const id = linkOf(text)
  const owner = id === undefined ? undefined : registry.linkOwner(id)
  if (id !== undefined && owner) return { deviceKey: owner.deviceKey, kind: 'link', name: id }
  const withdrawn = registry.takedowns().find(({ kind, name }) => kind === 'link' && name === id)
  if (withdrawn) return withdrawn
  return serviceNamed(registry, text)
}

/** Of an address, its path; of a bare id or alias, itself. */
function linkOf(text: string): string | undefined {
  const path = /^https:\/\/[^/]+\/[sa]\/([^/#?]+)/.exec(text)?.[1] ?? text
  return /^[a-z2-7]{12,32}$/.test(path) ? path : readAlias(path)
}

function serviceNamed(registry: Registry, text: string): Subject | undefined {
  const host =
    text
      .replace(/^https?:\/\//, '')
      .split(/[/:]/)[0]
      ?.toLowerCase() ?? ''
  const own = registry.carriedHost(host)
  if (own) return { deviceKey: own.deviceKey, kind: 'service', name: own.service }
  const device = registry.deviceByLabel(host.split('.')[1] ?? '', Date.now())
  if (!device) return undefined
  const subject: Subject = { deviceKey: device.key, kind: 'service', name: serviceOfHost(host) }
  const isPublished = registry.published(device.key)?.services.some(({ name }) => name === subject.name)
  return isPublished || registry.takedownOf(subject) ? subject : undefined
}
