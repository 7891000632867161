/**
 * The engine's own front door, with one service behind it, in a process of its own: who may come in, limits and bans as at any home, and garbage
 * collected as the engine's is.
 *
 *     node door.ts '{"host":"web.device.test","port":7443,"backendPort":7180,"certFile":…,"keyFile":…}'
 */
import { readFileSync } from 'node:fs'
import { createAccess } from '../../engine/access/access.ts'
import { grantsOf } from '../../engine/access/grants.ts'
import { createBanList } from '../../engine/bans/ban-list.ts'
import { createVisitors } from '../../engine/bans/visitors.ts'
import { Meter } from '../../engine/history/meter.ts'
import { createFrontDoor } from '../../engine/proxy/front-door.ts'
import { hstsValue } from '../../engine/proxy/hsts.ts'
import { inRange, parseAddress, parseRange, type Range } from '../../protocol/model/address.ts'
import type { Target } from '../../protocol/model/service.ts'
import { collectYoungAlone } from '../../system/young-garbage.ts'
import { newIdentity } from '../../wire/identity.ts'

export interface DoorOptions {
  readonly host: string
  /** Of 127.0.0.1, as the service's. */
  readonly port: number
  readonly backendPort: number
  readonly certFile: string
  readonly keyFile: string
}

collectYoungAlone()
const { host, port, backendPort, certFile, keyFile } = JSON.parse(process.argv[2] ?? '{}') as DoorOptions
const target: Target = { kind: 'http', host: '127.0.0.1', port: backendPort }
const VISITORS = parseRange('127.0.0.0/8') as Range
const pair = { certPem: readFileSync(certFile, 'utf8'), keyPem: readFileSync(keyFile, 'utf8') }

/** Only from addresses on its owner's list: every request is judged. */
const access = createAccess({
  grants: grantsOf(newIdentity()),
  passwords: { versionOf: () => undefined, isRight: async () => false },
  serviceOf: () => ({ access: 'addresses', isWeb: true, links: [] }),
  usedOf: () => undefined,
  wrongPinsOf: () => 0,
  admitted: () => [],
  isListed: (_service, address) => inRange(parseAddress(address) ?? new Uint8Array(), VISITORS),
  isAtHome: () => false,
  isNear: () => false,
  count: () => {},
  missPin: () => {},
  admit: () => {},
  onRefused: ({ reason }) => console.error(reason),
})

const meter = new Meter(() => {})

const door = createFrontDoor({
  route: (asked) => (asked === host ? { service: 'bench', target, isGated: true, hsts: hstsValue(0, Date.now()) } : undefined),
  certificate: () => pair,
  gate: access,
  // Counted as anybody, and as one of the home's own never refused: all the load comes from one address.
  enter: createVisitors({ bans: createBanList(), isExempt: () => true, onBan: () => {} }).enter,
  meter: (service, address, isDirect, carried) => meter.enter(service, address, isDirect, carried),
  onProbe: (socket) => socket.destroy(),
  onTargetFailure: (_service, failure) => console.error(failure),
  onTargetSuccess: () => {},
  isOwnListener: (_address, asked) => asked === port,
  lanPrefixes: () => [],
})
await door.listen('127.0.0.1', port)
