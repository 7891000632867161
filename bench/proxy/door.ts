/**
 * The engine's own front door, with one service behind it, in a process of its own.
 *
 *     node door.ts '{"host":"web.device.test","port":7443,"backendPort":7180,"certFile":…,"keyFile":…}'
 */
import { readFileSync } from 'node:fs'
import { createBanList } from '../../engine/bans/ban-list.ts'
import { createVisitors } from '../../engine/bans/visitors.ts'
import { createFrontDoor } from '../../engine/proxy/front-door.ts'
import type { Target } from '../../protocol/model/service.ts'

export interface DoorOptions {
  readonly host: string
  /** Of 127.0.0.1, as the service's. */
  readonly port: number
  readonly backendPort: number
  readonly certFile: string
  readonly keyFile: string
}

const { host, port, backendPort, certFile, keyFile } = JSON.parse(process.argv[2] ?? '{}') as DoorOptions
const target: Target = { kind: 'http', host: '127.0.0.1', port: backendPort }
const pair = { certPem: readFileSync(certFile, 'utf8'), keyPem: readFileSync(keyFile, 'utf8') }

const door = createFrontDoor({
  route: (asked) => (asked === host ? { service: 'bench', target, isGated: false } : undefined),
  certificate: () => pair,
  gate: {
    judge: () => ({ isIn: false, asks: 'link' }),
    open: () => ({ refused: 'unknown' }),
    admitBeside: () => false,
    signIn: async () => ({ refused: 'wrong' }),
  },
  // Counted as anybody, and as one of the home's own never refused: all the load comes from one address.
  enter: createVisitors({ bans: createBanList(), isExempt: () => true, onBan: () => {} }).enter,
  onProbe: (socket) => socket.destroy(),
  onTargetFailure: (_service, failure) => console.error(failure),
  onTargetSuccess: () => {},
  isOwnListener: (_address, asked) => asked === port,
  lanPrefixes: () => [],
})
await door.listen('127.0.0.1', port)
