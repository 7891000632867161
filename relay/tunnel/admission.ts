/** Lets devices in: proves the relay to them, checks their proof, redeems relay codes, and hands their lanes to presence. */
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { familyOf } from '../../protocol/model/address.ts'
import { checkIdentity, type Identity, proveIdentity, sessionBinding } from '../../wire/identity.ts'
import { Lane } from '../../wire/lane.ts'
import { type Ask, Device, FromEngine, type Hello, MAX_LANES, type RefusalCode, type Welcome, WIRE_VERSION } from '../../wire/messages.ts'
import { checkVoucher } from '../../wire/voucher.ts'
import { peerOf } from '../peer.ts'
import type { Buckets } from '../public-ports/buckets.ts'
import { type Device as RegisteredDevice, type Registry, RegistryError } from '../registry/registry.ts'
import type { Reply } from './asks.ts'
import type { Presence, SessionLane } from './presence.ts'

export interface AdmissionOptions {
  readonly identity: Identity
  readonly registry: Registry
  readonly presence: Presence
  readonly domain: string
  readonly addresses: { readonly ipv4?: string; readonly ipv6?: string }
  httpsPort(): number
  /** Devices without a relay code are welcome too. */
  readonly open: boolean
  /** Our word for those other relays. */
  voucherFor(deviceKey: string, label: string): string
  /** Keys of other relays of this domain: whom they vouch for is let in, under the label that they gave. */
  readonly siblings: readonly string[]
  /** May a device that nobody knows be registered from this address now? Asked only where no code vouches for it. */
  mayRegister(address: string): boolean
  /** Of a device, over all its lanes and whenever it comes again: one too many ends the lane. */
  readonly questions: Pick<Buckets, 'take'>
  /** How often a device may come: to let it in takes the others' time, too. */
  readonly entries: Pick<Buckets, 'take'>
  /** From this address came somebody who broke the protocol, or what is agreed. */
  onFault(address: string): void
  /** Answer one request of a device; a rejected promise is answered `internal`. */
  onAsk(deviceKey: string, label: string, ask: Ask, signal: AbortSignal): Promise<Reply>
  log(event: string, fields: Record<string, unknown>): void
}

/** A device has this long to say who it is. */
const INTRODUCTION_MS = 10_000
/** A connection that only wanted to be seen is closed after this. */
const OBSERVE_MS = 5_000
/** How often a leaving lane is looked at. */
const LEAVING_MS = 250

/** `stream` carries the lane: the TLS session itself, or a WebSocket inside of it. */
export function admit(stream: Duplex, session: TLSSocket, options: AdmissionOptions): void {
  const binding = sessionBinding(session)
  const address = peerOf(session)?.address ?? ''
  const family = familyOf(address)
  const aborter = new AbortController()
  let member: { readonly device: Device; readonly label: string; readonly lane: SessionLane } | undefined
  let introduced = false
  let answering = 0

  const lane = new Lane(stream, {
    onControl(message) {
      if (member && !options.questions.take(member.device.key, performance.now())) lane.close('too many questions', true)
      else if (member) void answer(message)
      else if (!introduced) introduce(message)
    },
    onClose(reason, isFault) {
      if (isFault) options.onFault(address)
      clearTimeout(timer)
      clearInterval(leaving)
      aborter.abort()
      if (member) options.presence.leave(member.device.key, member.lane)
      if (member) options.log('lane-closed', { device: member.label, reason })
    },
  })
  const timer = setTimeout(() => lane.close('no introduction in time', true), INTRODUCTION_MS)
  let leaving: NodeJS.Timeout | undefined
  const { identity } = options
  const hello: Hello = {
    m: 'hello',
    min: WIRE_VERSION,
    max: WIRE_VERSION,
    key: identity.publicKey,
    proof: proveIdentity(identity, 'relay', binding),
  }
  lane.sendControl(hello)

  function introduce(message: unknown): void {
    introduced = true
    clearTimeout(timer)
    const device = Device.safeParse(message)
    const decision = device.success && family ? decide(device.data, binding, address, options) : 'proof'
    if (typeof decision === 'string' || !device.success || !family) {
      options.log('device-refused', { reason: decision })
      if (decision === 'proof' || decision === 'busy') options.onFault(address)
      refuse(decision as RefusalCode)
      return
    }
    const welcome: Welcome = {
      m: 'welcome',
      domain: options.domain,
      label: decision.label,
      former: options.registry.formerLabels(device.data.key, Date.now()),
      voucher: options.voucherFor(device.data.key, decision.label),
      lanes: MAX_LANES,
      observed: { family, address },
      addresses: options.addresses,
      httpsPort: options.httpsPort(),
      relayOnly: true,
    }
    const from = stream === session ? { family, address } : undefined
    if (from && (device.data.purpose === 'observe' || family === 'ipv4')) options.presence.observe(device.data.key, family, address)
    if (device.data.purpose === 'observe') {
      setTimeout(() => lane.close('observed'), OBSERVE_MS).unref()
      lane.sendControl(welcome)
      return
    }
    const sessionLane: SessionLane = { lane, from, canBypass: stream === session && device.data.bypass === true, leaving: false }
    // One more than it was told, so that a new lane can stand before an old one leaves.
    if (!options.presence.join(device.data.key, device.data.session, sessionLane, MAX_LANES + 1)) {
      refuse('busy')
      return
    }
    member = { device: device.data, label: decision.label, lane: sessionLane }
    options.log('lane-open', { device: decision.label, family, ...(from ? {} : { websocket: true }) })
    lane.sendControl(welcome)
  }

  function refuse(code: RefusalCode): void {
    lane.sendControl({ m: 'refused', code })
    // The refusal must arrive before the connection goes: the device closes it when it has read it.
    setTimeout(() => lane.close(`refused: ${code}`), 1000).unref()
  }

  async function answer(message: unknown): Promise<void> {
    const asked = FromEngine.safeParse(message)
    const id = (message as { id?: unknown } | null)?.id
    if (asked.success && asked.data.m === 'sleep') {
      if (member) options.presence.fallAsleep(member.device.key, Date.now())
      return
    }
    if (asked.success && asked.data.m === 'leave') {
      leave()
      return
    }
    if (!asked.success || asked.data.m !== 'ask') {
      if (typeof id === 'number') lane.sendControl({ m: 'answer', id, rejected: 'malformed' })
      else lane.close('a message outside the protocol', true)
      return
    }
    if (!member) return
    answering += 1
    try {
      const result = await options.onAsk(member.device.key, member.label, asked.data.ask, aborter.signal)
      lane.sendControl({ m: 'answer', id: asked.data.id, ...result })
    } catch (error) {
      options.log('ask-failed', { device: member.label, error: String(error) })
      lane.sendControl({ m: 'answer', id: asked.data.id, rejected: 'internal' })
    } finally {
      answering -= 1
    }
  }

  /** Only the relay opens streams, so only it knows when the last one is over. */
  function leave(): void {
    if (!member || member.lane.leaving) return
    member.lane.leaving = true
    leaving = setInterval(() => {
      if (lane.streamCount === 0 && lane.flowCount === 0 && answering === 0) lane.close('left for another')
    }, LEAVING_MS)
  }
}

/** Undefined: nobody whom we trust vouches for it, or somebody else has its label here. */
function vouchedFor({ key, vouchers = [] }: Device, { registry, siblings, domain, log }: AdmissionOptions): RegisteredDevice | undefined {
  const voucher = vouchers.find(
    ({ relayKey, label, signature }) => siblings.includes(relayKey) && checkVoucher(relayKey, { domain, label, deviceKey: key }, signature),
  )
  if (!voucher) return undefined
  try {
    return registry.registerDevice(key, Date.now(), voucher.label)
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    log('voucher-in-vain', { label: voucher.label, reason: error.code })
    return undefined
  }
}

function decide(device: Device, binding: Buffer, address: string, options: AdmissionOptions): { label: string } | RefusalCode {
  const { registry, open } = options
  if (device.version !== WIRE_VERSION) return 'version'
  if (!checkIdentity(device.key, 'device', binding, device.proof)) return 'proof'
  if (!options.entries.take(device.key, performance.now())) return 'busy'
  const known = registry.device(device.key) ?? vouchedFor(device, options)
  const isReturning = !known && registry.mayReturn(device.key, Date.now())
  if (!known && !isReturning && device.code !== undefined) {
    const redeemed = registry.redeemCode(Buffer.from(device.code, 'base64url'), device.key, Date.now())
    if (redeemed !== 'ok') return `code-${redeemed}`
  } else if (!known && !isReturning && !open) return 'closed'
  else if (!known && !isReturning && !options.mayRegister(address)) return 'busy'
  // One that comes back may have been shut out before it left.
  const admitted = known ?? registry.registerDevice(device.key, Date.now())
  const isSuspended = admitted.suspendedAtMs !== null && admitted.suspendedAtMs <= Date.now()
  return isSuspended ? 'suspended' : { label: admitted.label }
}
