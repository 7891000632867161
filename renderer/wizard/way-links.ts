/** The way from the program to the internet as the wizard draws it: an adapter between what the engine knows of each link and what is shown. */
import type { Words } from '../../languages/index.ts'
import type { LinkName } from '../../protocol/diagnosis.ts'
import type { Problem } from '../../protocol/problem.ts'
import type { ServiceView, Snapshot } from '../../protocol/snapshot.ts'
import { hasNoRelay } from './steps.ts'

/** `looking`: it is being found out. `later`: it can only be found out once somebody has done something. */
export type LinkState = 'good' | 'looking' | 'remark' | 'bad' | 'later'

/** Of the thirteen, those that somebody who begins has a picture of. */
const DRAWN = ['service', 'computer', 'router', 'internet', 'relay', 'certificate', 'outside'] as const satisfies readonly LinkName[]
export type DrawnName = (typeof DRAWN)[number]

export interface DrawnLink {
  readonly link: DrawnName
  readonly state: LinkState
  /** What was found; empty: nothing yet. */
  readonly fact: string
  readonly problem: Problem | null
}

/** What nobody can find out without a relay. */
const BY_RELAY: readonly DrawnName[] = ['internet', 'relay', 'certificate', 'outside']

export function drawnLinks(snapshot: Snapshot, service: ServiceView, words: Words): DrawnLink[] {
  return DRAWN.map((link) => {
    const { verdict = 'unknown', problem = null } = snapshot.diagnosis.chain.find((one) => one.link === link) ?? {}
    // That there is none yet is asked below, and no fault.
    const isMissing = hasNoRelay(snapshot) && snapshot.relay.state === 'none' && BY_RELAY.includes(link)
    const own = link === 'service' ? ownVerdict(service, verdict) : verdict
    const state: LinkState = isMissing ? 'later' : ({ ok: 'good', broken: 'bad', warning: 'remark', unknown: 'looking' }[own] as LinkState)
    return { link, state, fact: state === 'later' ? '' : factOf(link, snapshot, service, words), problem: isMissing ? null : problem }
  })
}

/** Of this one service, whatever the others do: it is well when nothing is said against it, once somebody has looked. */
function ownVerdict({ problem, safety, state }: ServiceView, verdict: 'ok' | 'broken' | 'warning' | 'unknown') {
  if (problem?.code.startsWith('service-')) return 'broken'
  return safety !== null || state === 'reachable' ? 'ok' : verdict === 'broken' ? 'unknown' : verdict
}

function factOf(link: DrawnName, { gateway, relay }: Snapshot, { target, state, safety }: ServiceView, words: Words): string {
  const { network } = words.wizard
  switch (link) {
    case 'service':
      return safety !== null || state === 'reachable' ? network.answersAt(target.replace(/^folder:/, '')) : ''
    case 'router':
      return gateway.address === null ? '' : network.routerAt(gateway.name ?? network.unnamedRouter, gateway.address)
    case 'internet':
      return relay.observedIPv4 === null ? '' : network.outsideAddress(relay.observedIPv4)
    case 'relay':
      return relay.url === null || relay.state !== 'connected' ? '' : network.relayAt(new URL(relay.url).host, relay.rttMs)
    case 'outside':
      return state === 'reachable' ? network.proven : ''
    default:
      return ''
  }
}
