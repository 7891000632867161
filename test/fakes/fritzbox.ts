/** A scripted FRITZ!Box for TR-064, written from the documents that engine/gateway/tr064/client.ts names: the scripted UPnP router, which asks who one
 *  is by HTTP digest (RFC 7616). No real box has been asked. */
import { createHash, randomBytes } from 'node:crypto'
import { type FakeAnswer, type FakeCall, type FakeGateway, startFakeGateway } from './gateway.ts'

const REALM = 'F!Box SOAP-Auth'

export interface FakeFritzbox extends FakeGateway {
  is: {
    user: string
    password: string
    /** The error of UPnP that it answers to what changes something. */
    changes: number | undefined
    /** Instead of its challenge. */
    challenge: string | undefined
  }
  /** It asks everybody anew who he is. */
  forgetNonces(): void
  /** Tries with a password that was wrong. */
  readonly strangers: string[]
}

export async function startFakeFritzbox(): Promise<FakeFritzbox> {
  const is: FakeFritzbox['is'] = { user: 'dslf-config', password: 'küche-7', changes: undefined, challenge: undefined }
  const strangers: string[] = []
  let nonces = new Set<string>()

  const ask = (): FakeAnswer => {
    const nonce = randomBytes(8).toString('hex').toUpperCase()
    nonces.add(nonce)
    const challenge = is.challenge ?? `Digest realm="${REALM}",nonce="${nonce}",algorithm=MD5,qop="auth"`
    return { kind: 'raw', status: 401, headers: { 'WWW-Authenticate': challenge }, body: '' }
  }

  function onCall({ action, headers, path, serviceType }: FakeCall): FakeAnswer | undefined {
    const given = headers.authorization ?? ''
    const field = (name: string): string => new RegExp(`\\b${name}="?([^",]*)"?`).exec(given)?.[1] ?? ''
    if (given === '' || !nonces.has(field('nonce'))) return ask()
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
    const [a1, a2] = [md5(`${is.user}:${REALM}:${is.password}`), md5(`POST:${path}`)]
    const proof = md5([a1, field('nonce'), field('nc'), field('cnonce'), 'auth', a2].join(':'))
    if (field('username') !== is.user || field('uri') !== path || field('response') !== proof) {
      strangers.push(action)
      return ask()
    }
    // A line by fibre: there is no PPP on it.
    if (action === 'GetStatusInfo' && serviceType.includes('PPP'))
      return { kind: 'result', values: { NewConnectionStatus: 'Unconfigured' } }
    const isChange = action === 'AddPortMapping' || action === 'DeletePortMapping'
    return isChange && is.changes !== undefined ? { kind: 'fault', code: is.changes } : undefined
  }

  const box = await startFakeGateway({
    device: {
      friendlyName: 'FRITZ!Box 7590',
      manufacturer: 'AVM',
      modelName: 'FRITZ!Box 7590',
      serviceType: 'urn:dslforum-org:service:WANIPConnection:1',
      controlUrl: '/upnp/control/wanipconnection1',
      moreServices: [{ serviceType: 'urn:dslforum-org:service:WANPPPConnection:1', controlUrl: '/upnp/control/wanpppconn1' }],
    },
    onCall,
  })
  return Object.assign(box, {
    is,
    strangers,
    forgetNonces: () => {
      nonces = new Set()
    },
  })
}
