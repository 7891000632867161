/** A relay's admission over real TLS 1.3: the proofs are signatures over the session, which nothing else has. */
import type { Duplex } from 'node:stream'
import type { TestContext } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { tlsHouse } from '../../test/tls-pair.ts'
import { newIdentity } from '../../wire/identity.ts'
import { vouch } from '../../wire/voucher.ts'
import { Buckets } from '../public-ports/buckets.ts'
import { temporaryRegistry } from '../registry/registry.fixture.ts'
import type { Registry } from '../registry/registry.ts'
import { type AdmissionOptions, admit } from './admission.ts'
import { testDevice } from './device.fixture.ts'
import { createPresence, type Presence } from './presence.ts'

export const RELAY = newIdentity()
export const DEVICE = newIdentity()

export interface House {
  readonly registry: Registry
  readonly presence: Presence
  readonly logged: string[]
  /** A connection whose far end is being admitted. */
  connect(): Promise<TLSSocket>
  /** The same, past the relay's hello. */
  device(identity?: typeof DEVICE, inside?: (session: TLSSocket) => Duplex): Promise<ReturnType<typeof testDevice> & { socket: TLSSocket }>
}

export async function house(context: TestContext, changes: Partial<AdmissionOptions> = {}): Promise<House> {
  const registry = temporaryRegistry(context)
  const presence = createPresence((key) => registry.touchDevices([key], Date.now()))
  const logged: string[] = []
  const tls = await tlsHouse()
  context.after(() => {
    presence.close()
    tls.close()
  })
  const options: AdmissionOptions = {
    identity: RELAY,
    registry,
    presence,
    domain: 'relay.example',
    addresses: { ipv4: '203.0.113.1' },
    httpsPort: () => 8443,
    open: true,
    siblings: [],
    voucherFor: (deviceKey, label) => vouch(RELAY, { domain: 'relay.example', label, deviceKey }),
    mayRegister: () => true,
    questions: new Buckets(20, 200, 100),
    entries: new Buckets(20, 200, 100),
    onFault: (address) => logged.push(`fault ${address}`),
    onAsk: async (key, label, ask) => ({ result: { key, label, ask } }),
    log: (event, fields) => logged.push(`${event} ${JSON.stringify(fields)}`),
    ...changes,
  }
  const connect = async (inside = (session: TLSSocket): Duplex => session): Promise<TLSSocket> => {
    const { client, server } = await tls.pair()
    admit(inside(server), server, options)
    return client
  }
  const device: House['device'] = async (identity = DEVICE, inside) => {
    const socket = await connect(inside)
    const device = testDevice(socket, identity)
    await device.next()
    return Object.assign(device, { socket })
  }
  return { registry, presence, logged, connect, device }
}
