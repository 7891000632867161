/** Can these eyes see at all? The relay visits itself through its own public address, as a stranger would. But the system takes that for a
 *  conversation with itself, which a cut line does not end; so an operator may name a witness, something elsewhere that always answers,
 *  and before a home is looked at directly the relay must be able to reach it. While it cannot, every verdict is `unknown`: a blind
 *  outsider must never turn somebody's light red. */
import net from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import type { Endpoint, Family } from '../../protocol/model/address.ts'
import { givingUpAfter } from '../../system/patience.ts'

const VALID_MS = 30_000
/** A look that began this short a time ago was as good as now, so that many homes in trouble do not become a storm of looks. */
const FRESH_MS = 1000
const TIMEOUT_MS = 3000

export interface SelfTest {
  /** Seconds since the last successful look in that family, at most 30; undefined: not able to see now. `afresh`: what was seen before
   *  does not count, because a home has just been found unreachable, and our own eyes may be the reason. */
  ageS(family: Family, via: 'direct' | 'tunnel', afresh?: boolean): Promise<number | undefined>
}

export interface SelfTestOptions {
  /** The relay's own front in that family. Asked for each time: the port may be known only once the relay listens. */
  front(family: Family): Endpoint | undefined
  readonly domain: string
  readonly witnesses: { readonly [F in Family]?: Endpoint | undefined }
  readonly now?: () => number
}

export function createSelfTest({ front, domain, witnesses, now = () => performance.now() }: SelfTestOptions): SelfTest {
  const fronts = { ipv4: keepLooking(() => visit(front('ipv4'), domain), now), ipv6: keepLooking(() => visit(front('ipv6'), domain), now) }
  const outward = { ipv4: keepLooking(() => reach(witnesses.ipv4), now), ipv6: keepLooking(() => reach(witnesses.ipv6), now) }
  return {
    async ageS(family, via, afresh = false) {
      const looks = via === 'direct' && witnesses[family] ? [fronts[family], outward[family]] : [fronts[family]]
      const passedAtMs = await Promise.all(looks.map((look) => look(afresh ? FRESH_MS : VALID_MS)))
      const sure = passedAtMs.filter((atMs) => atMs !== undefined)
      return sure.length < looks.length ? undefined : Math.round((now() - Math.min(...sure)) / 1000)
    },
  }
}

/** When the last look began, if it succeeded and is not older than `maxAgeMs`; many who ask at once cause one look. */
function keepLooking(look: () => Promise<boolean>, now: () => number): (maxAgeMs: number) => Promise<number | undefined> {
  let passedAtMs: number | undefined
  let running: Promise<void> | undefined
  const lookNow = async (): Promise<void> => {
    const startedAtMs = now()
    passedAtMs = (await look()) ? startedAtMs : undefined
    running = undefined
  }
  return async (maxAgeMs) => {
    if (passedAtMs === undefined || now() - passedAtMs > maxAgeMs) {
      running ??= lookNow()
      await running
    }
    return passedAtMs
  }
}

/** Whether strangers trust the certificate is another question, asked elsewhere; here: do packets come in, and is somebody at the door? */
function visit(front: Endpoint | undefined, domain: string): Promise<boolean> {
  return succeeds(front, 'secureConnect', (socket) => tls.connect({ socket, servername: domain, rejectUnauthorized: false }))
}

/** A handshake of TCP is enough: packets went out and came back in. */
function reach(witness: Endpoint | undefined): Promise<boolean> {
  return succeeds(witness, 'connect', (socket) => socket)
}

function succeeds(endpoint: Endpoint | undefined, event: string, over: (socket: net.Socket) => Duplex): Promise<boolean> {
  if (!endpoint) return Promise.resolve(false)
  return new Promise((resolve) => {
    const socket = net.connect({ host: endpoint.address, port: endpoint.port })
    const done = (passed: boolean): void => {
      clearTimeout(deadline)
      socket.destroy()
      resolve(passed)
    }
    const deadline = givingUpAfter(TIMEOUT_MS, () => done(false))
    socket.on('error', () => done(false))
    const asked = over(socket)
    asked.once(event, () => done(true)).on('error', () => done(false))
  })
}
