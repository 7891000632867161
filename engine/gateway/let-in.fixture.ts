/** What the tests of routers that let us in by their owner's word ask of them. */
import { GatewayError, type GatewayReason, type MapRequest } from './gateway.ts'

/** Where a scripted router lives, and the computer that asks it. */
export const HOME = '127.0.0.1'
export const WANTED: MapRequest = {
  protocol: 'tcp',
  internalAddress: HOME,
  internalPort: 40_443,
  externalPort: 443,
  lifetimeS: 600,
  description: 'Porchlight',
  exactPort: true,
}
export const soon = (): AbortSignal => AbortSignal.timeout(30_000)
export const refusedFor = (reason: GatewayReason) => (error: unknown) => error instanceof GatewayError && error.reason === reason
