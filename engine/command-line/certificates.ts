/** `porchlight certificate`: the certificates, who gives them, and whether the next one would be given. */
import { resolve } from 'node:path'
import { describeReason, type Words } from '../../languages/index.ts'
import { describeProblem } from '../../languages/problems.ts'
import type { AuthorityWish, CertificateTrial } from '../../protocol/model/certificate.ts'
import type { OwnName } from '../../protocol/model/own-name.ts'
import type { CertificateView, Snapshot } from '../../protocol/snapshot.ts'
import { withEngine } from './ask.ts'
import { askLine } from './ask-line.ts'
import { command, readFlags, SWITCH, TEXT, UsageError } from './command.ts'

/** A way of proving takes at most 90 s. */
const TRIAL_TIMEOUT_MS = 300_000

type Action =
  | { readonly do: 'ls'; readonly json: boolean }
  | { readonly do: 'agree' | 'test' }
  | { readonly do: 'add'; readonly wish: { readonly host: string; readonly service: string; readonly files: OwnName['files'] | null } }
  | { readonly do: 'remove'; readonly host: string }
  | { readonly do: 'authority'; readonly wish: Omit<AuthorityWish, 'external'>; readonly keyId: string | null }

export const certificate = command<{ readonly action: Action }>({
  usage: `certificate [ls] [--json]     the certificates: from whom, until when, and what went wrong last
certificate agree             agree to the terms of service of whoever gives them
certificate test              a whole order at the directory's rehearsal; changes nothing
certificate add HOST|ipv4|ipv6 --service NAME [--cert FILE --key FILE]
certificate remove HOST       a name of your own, or this home's address, that leads to a service
certificate authority letsencrypt|zerossl|URL [--email E] [--ca FILE] [--eab-key-id ID]`,
  read(args) {
    const { values, positionals } = readFlags(
      args,
      { json: SWITCH, email: TEXT, ca: TEXT, 'eab-key-id': TEXT, service: TEXT, cert: TEXT, key: TEXT },
      true,
    )
    return { action: readAction(positionals, values), data: values.data }
  },
  run: (folder, { action }, words) =>
    withEngine(folder, async (engine, _closed, snapshot) => {
      if (action.do === 'authority') {
        const external =
          action.keyId === null ? null : { keyId: action.keyId, hmacKey: (await askLine(`${words.certificates.askKey} `)).trim() }
        await engine.chooseAuthority({ ...action.wish, external })
      }
      if (action.do === 'add') await engine.addOwnName({ ...action.wish, files: action.wish.files ?? null })
      if (action.do === 'remove') return void (await engine.removeOwnName({ host: action.host }))
      if (action.do === 'agree') {
        const { wanted } = (await snapshot()).authority
        if (wanted === null) return void process.stdout.write(`${words.certificates.nothingToAgree}\n`)
        await engine.agreeTerms({ url: wanted })
      }
      if (action.do === 'test') return tellTrial(await engine.tryCertificate({}, TRIAL_TIMEOUT_MS), words)
      const now = await snapshot()
      if (action.do === 'ls' && action.json)
        process.stdout.write(`${JSON.stringify({ authority: now.authority, certificates: now.certificates }, null, 2)}\n`)
      else for (const line of told(now, words)) process.stdout.write(`${line}\n`)
    }),
})

type Flags = { readonly json?: boolean } & Readonly<Partial<Record<'email' | 'ca' | 'eab-key-id' | 'service' | 'cert' | 'key', string>>>

function readAction([name = 'ls', what, ...rest]: readonly string[], flags: Flags): Action {
  const { json = false, email, ca, 'eab-key-id': keyId, service, cert, key } = flags
  const has = (...allowed: (keyof Flags)[]): boolean =>
    Object.keys(flags).every((flag) => flag === 'data' || allowed.includes(flag as keyof Flags))
  if (name === 'ls' && what === undefined && has('json')) return { do: name, json }
  if ((name === 'agree' || name === 'test') && what === undefined && has()) return { do: name }
  if (what !== undefined && rest.length === 0) {
    if (name === 'remove' && has()) return { do: name, host: what }
    if (name === 'add' && service !== undefined && (cert === undefined) === (key === undefined) && has('service', 'cert', 'key')) {
      const files = cert === undefined || key === undefined ? null : { cert: resolve(cert), key: resolve(key) }
      return { do: name, wish: { host: what, service, files } }
    }
    if (name === 'authority' && has('email', 'ca', 'eab-key-id')) {
      const wish = { directory: what, email: email ?? null, caFile: ca === undefined ? null : resolve(ca) }
      return { do: name, wish, keyId: keyId ?? null }
    }
  }
  throw new UsageError('certificate takes ls, agree, test, authority and who it is, add and a name with --service, or remove and a name')
}

function told({ authority, certificates }: Snapshot, words: Words): string[] {
  const say = words.certificates
  const { name, agreed, wanted } = authority
  const terms = wanted === null ? [] : [say.toAgree(name, wanted), say.howToAgree]
  const consent = agreed === null ? [] : [say.agreed(agreed.url, agreed.atMs)]
  const list = certificates.length === 0 ? [say.none] : certificates.flatMap((one) => toldOne(one, words))
  return [say.authority(name), ...consent, ...list, ...terms]
}

function toldOne({ name, state, issuer, untilMs, nextAtMs, failure, explanationUrl }: CertificateView, words: Words): string[] {
  const say = words.certificates
  const next = nextAtMs === null ? [] : [failure ? say.again(nextAtMs) : say.renewed(nextAtMs)]
  const facts = [
    say.states[state],
    ...(issuer === null ? [] : [say.issuedBy(issuer)]),
    ...(untilMs === null ? [] : [say.until(untilMs)]),
    ...next,
  ]
  const why = failure && describeProblem(failure.problem, words).cause
  return [
    `${name}  ${facts.join(', ')}`,
    ...(failure && why ? [`  ${say.failed(failure.atMs, why)}`] : []),
    ...(explanationUrl === null ? [] : [`  ${say.sooner(explanationUrl)}`]),
  ]
}

function tellTrial({ directory, steps, reason }: CertificateTrial, words: Words): void {
  const { trial } = words.certificates
  process.stdout.write(`${trial.began(directory)}\n`)
  for (const { step, name, by, tookMs } of steps)
    process.stdout.write(`  ${trial.steps[step](name ?? '', by ?? '')} (${(tookMs / 1000).toFixed(1)} s)\n`)
  process.stdout.write(`${reason === null ? trial.good : trial.bad(describeReason(reason, words))}\n`)
  if (reason !== null) process.exitCode = 1
}
