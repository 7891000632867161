/** All that helps somebody else to help, as one text for people: what runs where, how things stand, what is wrong, what happened last. Made of what is
 *  named here and of nothing else; then searched for what should not be in it all the same. It is for whoever its owner gives it to, so links, whom
 *  they are for, visitors, passwords, tokens and mail addresses stay at home; names and addresses of the home itself are what it is about. */
import { arch, platform, release, totalmem } from 'node:os'
import { describeEntry, describeProblem, LANGUAGES } from '../../languages/index.ts'
import type { LogEntry } from '../../protocol/model/log.ts'
import type { Problem } from '../../protocol/problem.ts'
import type { ServiceView, Snapshot } from '../../protocol/snapshot.ts'
import { VERSION } from '../version.ts'
import { HIDDEN, redact } from './redact.ts'

const LAST_ENTRIES = 400
/** A shorter one would blot out half of the text. */
const MIN_SECRET_LETTERS = 6

export interface BundleInput {
  readonly snapshot: Snapshot
  /** Newest first. */
  readonly log: readonly LogEntry[]
  /** Whatever must not be found in it, wherever it may have got to. */
  readonly secrets: readonly string[]
  readonly startedAtMs: number
  readonly nowMs: number
}

export function supportBundle({ snapshot, log, secrets, startedAtMs, nowMs }: BundleInput): { fileName: string; text: string } {
  const made = new Date(nowMs).toISOString()
  const head = {
    porchlight: VERSION,
    node: process.version,
    system: `${platform()} ${release()} ${arch()}`,
    memoryMB: Math.round(totalmem() / 1e6),
    runningSince: new Date(startedAtMs).toISOString(),
  }
  const sections: [string, string][] = [
    [
      `Porchlight: a report for whoever helps, made ${made}`,
      `Left out: share links, visitors, passwords, tokens, mail addresses.\n${asLines(head)}`,
    ],
    ['What is wrong', snapshot.diagnosis.problems.map(({ role, problem }) => `${role}: ${problemLine(problem)}`).join('\n')],
    ['The way to visitors', snapshot.diagnosis.chain.map(linkLine).join('\n')],
    ['Router and line', asLines({ ...snapshot.gateway, ...snapshot.internet })],
    ['Relays', [asLines(snapshot.relay), ...snapshot.relays.map(oneLine)].join('\n')],
    ['Services', snapshot.services.map((service) => asLines(factsOf(service))).join('\n\n')],
    ['Names and certificates', namesOf(snapshot)],
    ['The rest', asLines(restOf(snapshot))],
    [`The last ${Math.min(log.length, LAST_ENTRIES)} entries of the log`, log.slice(0, LAST_ENTRIES).toReversed().map(logLine).join('\n')],
  ]
  const text = sections.map(([title, body]) => `== ${title}\n${body || '-'}\n`).join('\n')
  return { fileName: `porchlight-support-${made.slice(0, 10)}.txt`, text: withoutSecrets(redact(text), secrets) }
}

function factsOf(service: ServiceView): object {
  const { name, target, kind, state, preset, access, best, proxyProtocol, uploadLimitMb, relayOnly, hasPassword, publicAddress, visitors } =
    service
  return {
    ...{ name, target: kind === 'http' && target.startsWith('folder:') ? 'a folder' : target, kind, state, preset, access, hasPassword },
    ...{ proxyProtocol, uploadLimitMb, relayOnly, best, publicAddress, visitors, reachableSince: timeOf(service.reachableSinceMs) },
    proven: timeOf(service.provenAtMs),
    problem: service.problem && problemLine(service.problem),
    paths: service.paths,
    routes: service.routes.map(({ prefix, target: to, strip, problem }) => ({ prefix, to, strip, problem: problem?.code ?? null })),
    found: service.safety?.findings.map(({ code }) => code) ?? null,
    counts: { links: service.links.length, allowed: service.allowed.length, admitted: service.admitted.length },
  }
}

function namesOf({ domain, names, ownNames, certificates }: Snapshot): string {
  const own = ownNames.map(({ host, provider, state, ipv4, ipv6, failure }) =>
    oneLine({ host, provider, state, ipv4, ipv6, failure: failure?.problem.code ?? null }),
  )
  const shown = certificates.map(({ name, source, state, issuer, untilMs, failure }) =>
    oneLine({ name, source, state, issuer, until: timeOf(untilMs), failure: failure && problemLine(failure.problem) }),
  )
  return [asLines({ domain, ...names }), ...own, ...shown].join('\n')
}

const restOf = ({ rehearsal, guard, alerts, bans, authority, preferences }: Snapshot): object => ({
  ...{ rehearsal, guard, bans: bans.total, authority: authority.name, preferences },
  alerts: alerts.map(({ kind, state }) => ({ kind, state })),
})

const linkLine = ({ link, verdict, atMs, evidence, problem }: Snapshot['diagnosis']['chain'][number]): string => {
  const facts = evidence.map(({ fact, value }) => `${fact} ${value}`).join(', ')
  return `${verdict.padEnd(8)} ${link.padEnd(14)} ${timeOf(atMs) ?? ''} ${facts}${problem ? `\n         ${problemLine(problem)}` : ''}`
}

const problemLine = (found: Problem): string => `${found.code} (${found.severity}): ${describeProblem(found, LANGUAGES.en).title}`
const logLine = (entry: LogEntry): string =>
  `${timeOf(entry.atMs)} ${entry.level.padEnd(7)} ${entry.event.padEnd(22)} ${describeEntry(entry, LANGUAGES.en)} ${oneLine(entry.facts)}`
const timeOf = (atMs: number | null): string | null => (atMs === null ? null : new Date(atMs).toISOString())
const oneLine = (value: object): string => JSON.stringify(value)
const asLines = (facts: object): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n')

const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  secrets.filter((secret) => secret.length >= MIN_SECRET_LETTERS).reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text)

/** Of a snapshot everything that opens something, or says who does. */
export function secretsIn({ services, alerts, authority, bans }: Snapshot): string[] {
  const ofServices = services.flatMap(({ shareLink, links, allowed, admitted }) => [
    shareLink,
    ...links.flatMap(({ id, url, alias, label }) => [id, url, url?.split('#')[1], alias, label]),
    ...allowed.map(({ entry }) => entry),
    ...admitted.map(({ place }) => place),
  ])
  const all = [
    ...ofServices,
    ...alerts.flatMap(({ to, reason }) => [to, reason]),
    authority.email,
    ...bans.newest.map(({ place }) => place),
  ]
  return all.filter((each) => typeof each === 'string')
}

/** Every text in a file of the secret store. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}
