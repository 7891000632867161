/** An ACME directory on loopback that does what no real one in the laboratory can: renewal information (RFC 9773), profiles, accounts by
 *  external binding, changed terms, CAA, and every way of failing. It issues real certificates for real requests. What it does not do is
 *  check signatures: pebble does. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import * as x509 from '@peculiar/x509'
import { ALGORITHM, issue, type KeyAndCertificate, makeAuthority } from '../../certificates/self-made.ts'

export interface Challenge {
  readonly type: string
  readonly identifier: { readonly type: string; readonly value: string }
  readonly token: string
  /** Of whoever asks: what the challenge's answer has to be. */
  readonly keyAuthorization: string
  readonly accountUri: string
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Script {
  readonly challenges?: readonly string[]
  readonly meta?: object
  readonly lifetimeMs?: number
  readonly now?: () => number
  /** Why the proof is not seen; undefined when it is. */
  readonly validate?: (challenge: Challenge) => Promise<string | undefined> | string | undefined
  /** Another answer than the right one. `what`: directory, nonce, account, order, authorization, challenge, finalize, poll, certificate, renewal. */
  readonly instead?: (what: string, body: Payload) => Answer | undefined
  readonly renewal?: () => object
}

type Payload = Readonly<Record<string, unknown>>

export interface FakeDirectory {
  readonly url: string
  /** Who vouches for its https, and for what it issues. PEM. */
  readonly ca: string
  readonly authority: KeyAndCertificate
  /** The payload of each order that was placed. */
  readonly orders: Payload[]
  readonly accounts: Map<string, Payload>
  /** How often each thing was asked for. */
  readonly asked: Record<string, number>
  readonly issued: string[]
  script: Script
  close(): void
}

export const refusal = (status: number, type: string, headers: Record<string, string> = {}, more: object = {}): Answer => ({
  status,
  body: { type: `urn:ietf:params:acme:error:${type}`, detail: `because of ${type}`, ...more },
  headers: { 'content-type': 'application/problem+json', ...headers },
})

interface Order {
  readonly names: readonly { type: string; value: string }[]
  readonly validated: Set<number>
  account: { thumbprint: string; uri: string }
  status: string
  failure?: string
  certificate?: string
}

export async function startDirectory(script: Script = {}): Promise<FakeDirectory> {
  const authority = await makeAuthority('Scripted directory')
  const own = await issue(authority, { names: ['127.0.0.1'] })
  const placed: Order[] = []
  const thumbprints = new Map<string, string>()
  const server = https.createServer({ cert: own.certPem, key: own.keyPem }, (request, response) => {
    void handle(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const base = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const directory: FakeDirectory = {
    ...{ url: `${base}/directory`, ca: authority.certPem, authority, script },
    ...{ orders: [], accounts: new Map(), asked: {}, issued: [] },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
  const now = (): number => directory.script.now?.() ?? Date.now()

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const [, what = '', id = '', part = ''] = (request.url ?? '').split('/')
    const jws = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString())
    const payload: Payload = decode(jws.payload) ?? {}
    directory.asked[what] = (directory.asked[what] ?? 0) + 1
    const answer = directory.script.instead?.(what, payload) ?? (await answerTo(what, id, part, payload, decode(jws.protected) ?? {}))
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      'replay-nonce': `n${Math.random().toString(36).slice(2)}`,
      ...answer.headers,
    })
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}))
  }

  async function answerTo(what: string, id: string, part: string, payload: Payload, header: Payload): Promise<Answer> {
    const order = placed[Number(id)]
    switch (what) {
      case 'directory': {
        const resources = { newNonce: `${base}/nonce`, newAccount: `${base}/account`, newOrder: `${base}/order` }
        const { meta = {}, renewal } = directory.script
        return { status: 200, body: { ...resources, meta, ...(renewal && { renewalInfo: `${base}/renewal` }) } }
      }
      case 'nonce':
        return { status: 200 }
      case 'account':
        return account(payload, header)
      case 'order': {
        const [thumbprint, uri] = [thumbprints.get(String(header.kid)) ?? '', String(header.kid)]
        const names = (payload.identifiers ?? []) as Order['names']
        const at = placed.push({ names, validated: new Set(), account: { thumbprint, uri }, status: 'pending' }) - 1
        directory.orders.push(payload)
        return { status: 201, body: shown(at), headers: { location: `${base}/poll/${at}` } }
      }
      case 'poll':
        return { status: 200, body: shown(Number(id)) }
      case 'authorization':
        return { status: 200, body: order && authorization(order, Number(id), Number(part)) }
      case 'challenge': {
        const [name, type = ''] = part.split('-at-')
        if (order) await prove(order, Number(id), Number(name), type)
        return { status: 200, body: { type, status: 'processing', url: `${base}/challenge/${id}/${part}`, token: token(Number(id)) } }
      }
      case 'finalize':
        if (order) await finalize(order, String(payload.csr))
        return { status: 200, body: shown(Number(id)) }
      case 'certificate':
        return { status: 200, body: order?.certificate ?? '', headers: { 'content-type': 'application/pem-certificate-chain' } }
      case 'renewal':
        return { status: 200, body: directory.script.renewal?.() ?? {}, headers: { 'retry-after': '21600' } }
      default:
        return refusal(404, 'malformed')
    }
  }

  function account(payload: Payload, header: Payload): Answer {
    const { crv, kty, x, y } = (header.jwk ?? {}) as Record<string, string>
    // A call by the account's own address.
    if (!x) return { status: 200, body: { status: 'valid' } }
    const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
    const location = `${base}/account/${thumbprint}`
    if (!directory.accounts.has(location)) {
      if (payload.onlyReturnExisting === true) return refusal(400, 'accountDoesNotExist')
      directory.accounts.set(location, payload)
      thumbprints.set(location, thumbprint)
      return { status: 201, body: { status: 'valid' }, headers: { location } }
    }
    return { status: 200, body: { status: 'valid' }, headers: { location } }
  }

  const token = (at: number): string => `token-${at}`

  function shown(at: number): object {
    const { names = [], status = 'invalid' } = placed[at] ?? {}
    return {
      ...{ status, identifiers: names, finalize: `${base}/finalize/${at}` },
      authorizations: names.map((_, name) => `${base}/authorization/${at}/${name}`),
      ...(status === 'valid' && { certificate: `${base}/certificate/${at}` }),
    }
  }

  function authorization(order: Order, at: number, name: number): object {
    const { type = '', value = '' } = order.names[name] ?? {}
    const status = order.failure ? 'invalid' : order.validated.has(name) ? 'valid' : 'pending'
    const challenges = (directory.script.challenges ?? ['dns-01', 'http-01', 'tls-alpn-01']).map((kind) => ({
      ...{ type: kind, token: token(at), status, url: `${base}/challenge/${at}/${name}-at-${kind}` },
      ...(order.failure && { error: { detail: order.failure } }),
    }))
    return { status, identifier: { type, value: value.replace(/^\*\./, '') }, challenges }
  }

  async function prove(order: Order, at: number, name: number, type: string): Promise<void> {
    const { type: kind = '', value = '' } = order.names[name] ?? {}
    const identifier = { type: kind, value: value.replace(/^\*\./, '') }
    const keyAuthorization = `${token(at)}.${order.account.thumbprint}`
    const challenge = { type, identifier, token: token(at), keyAuthorization, accountUri: order.account.uri }
    const failure = await directory.script.validate?.(challenge)
    if (failure === undefined) order.validated.add(name)
    else order.failure = failure
  }

  async function finalize(order: Order, csr: string): Promise<void> {
    const request = new x509.Pkcs10CertificateRequest(Buffer.from(csr, 'base64url'))
    const notBeforeMs = now() - 3_600_000
    const signingKey = await crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(authority.keyPem), ALGORITHM, false, ['sign'])
    const issuer = new x509.X509Certificate(authority.certPem)
    const certificate = await x509.X509CertificateGenerator.create({
      ...{ issuer: issuer.subject, publicKey: request.publicKey, signingKey, signingAlgorithm: ALGORITHM },
      notBefore: new Date(notBeforeMs),
      notAfter: new Date(notBeforeMs + (directory.script.lifetimeMs ?? 90 * 24 * 3_600_000)),
      extensions: [
        new x509.SubjectAlternativeNameExtension(
          order.names.map(({ type, value }) => ({ type: type === 'ip' ? 'ip' : 'dns', value })),
          true,
        ),
        await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey, false),
      ],
    })
    order.certificate = `${certificate.toString('pem')}\n`
    order.status = 'valid'
    directory.issued.push(order.certificate)
  }

  return directory
}

function decode(part: unknown): Payload | undefined {
  return typeof part === 'string' && part !== '' ? JSON.parse(Buffer.from(part, 'base64url').toString()) : undefined
}
