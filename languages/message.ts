/** A message for whoever can do what this home cannot: who runs the network, or the provider. Made of what is named here and of nothing else: ports,
 *  addresses, what routers say and what is wrong on the way. No link, no password, no visitor is a part of it. */
import type { LinkName } from '../protocol/diagnosis.ts'
import type { ServiceView, Snapshot } from '../protocol/snapshot.ts'
import { describeFact, moment } from './format.ts'
import { numbersOf } from './guides.ts'
import type { Words } from './index.ts'
import { describeProblem } from './problems.ts'

export const RECIPIENTS = ['network', 'provider'] as const
export type Recipient = (typeof RECIPIENTS)[number]

export interface Message {
  readonly subject: string
  readonly body: string
}

const HTTPS_PORT = 443
/** What such a reader can do something about. */
const THEIRS: Readonly<Record<Recipient, readonly LinkName[]>> = {
  network: ['firewall', 'lan', 'router', 'second-router'],
  provider: ['router', 'second-router', 'provider', 'internet', 'outside'],
}

export function composeMessage(to: Recipient, snapshot: Snapshot, nowMs: number, words: Words): Message {
  const { message } = words
  const names = snapshot.services.filter(({ state }) => state !== 'at-home').map(({ name }) => name)
  const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n')
  const parts = [
    message.hello,
    message.why[to](names.length === 0 ? message.nothing : new Intl.ListFormat(words.locale).format(names)),
    `${message.asks}\n${list(to === 'network' ? askNetwork(snapshot, words) : askProvider(snapshot, words))}`,
    `${message.seen(moment(nowMs, words))}\n${list(seen(to, snapshot, words))}`,
    message.end[to],
    message.thanks,
  ]
  return { subject: message.subject[to], body: parts.join('\n\n') }
}

function askNetwork(snapshot: Snapshot, { message }: Words): string[] {
  const { rules, ours } = numbersOf(snapshot)
  return [
    ...rules.map((rule) => message.rule(rule.protocol, rule.port, rule.internal, rule.internalPort)),
    ...(ours === null ? [] : [message.fixed(ours), message.allow(ours)]),
    ...(rules.length === 0 ? [message.openPorts(portsOf(snapshot.services))] : []),
  ]
}

function askProvider({ gateway, services }: Snapshot, { message }: Words): string[] {
  const isShared = gateway.nat === 'carrier' || gateway.nat === 'ds-lite' || gateway.nat === 'shared-ports' || gateway.nat === 'mobile'
  return [...(isShared ? [message.ownAddress] : []), message.openPorts(portsOf(services))]
}

/** Those that visitors come to. */
function portsOf(services: readonly ServiceView[]): string {
  const ports = services.map(({ kind, publicAddress }) =>
    kind === 'http' || kind === 'https' ? `TCP ${HTTPS_PORT}` : `${kind.toUpperCase()} ${publicAddress?.port ?? '…'}`,
  )
  return [...new Set(ports.length === 0 ? [`TCP ${HTTPS_PORT}`] : ports)].join(', ')
}

function seen(to: Recipient, { gateway, relay, diagnosis }: Snapshot, words: Words): string[] {
  const { message } = words
  const router = gateway.name === null ? (gateway.address ?? '') : `${gateway.name} (${gateway.address ?? ''})`
  const spoken = gateway.protocols.map((protocol) => protocol.toUpperCase().replace('NATPMP', 'NAT-PMP')).join(', ')
  const outside = [relay.observedIPv4, relay.observedIPv6].filter((address) => address !== null)
  const theirs = diagnosis.problems.filter(({ link }) => THEIRS[to].includes(link))
  return [
    ...(gateway.address === null ? [] : [spoken === '' ? message.routerSilent(router) : message.routerSpeaks(router, spoken)]),
    ...(gateway.externalIPv4 === null ? [] : [message.routerSays(gateway.externalIPv4)]),
    ...outside.map((address) => message.outsideSees(address)),
    ...(gateway.nat === 'unknown' ? [] : [message.line(describeFact({ fact: 'line', value: gateway.nat }, words))]),
    ...theirs.map(({ problem }) => message.found(describeProblem(problem, words).title)),
  ]
}

/** For the person's own mail program. */
export const mailtoOf = ({ subject, body }: Message): string =>
  `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body.replaceAll('\n', '\r\n'))}`
