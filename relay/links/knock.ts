/** Is anybody there? Asked where a home was proven once and its tunnel is down: the relay may just have started again, or the home is gone. */
import net from 'node:net'
import { type Endpoint, formatEndpoint } from '../../protocol/model/address.ts'
import { givingUpAfter } from '../../system/patience.ts'

const CONNECT_TIMEOUT_MS = 1500
/** However many visitors wait, a home is asked this often. */
const KEEP_MS = 3000
const MAX_KEPT = 10_000

/** True when this address takes a TCP connection. Never rejects. */
export type Knock = (endpoint: Endpoint) => Promise<boolean>

export function createKnock(now: () => number = () => performance.now()): Knock {
  const kept = new Map<string, { readonly atMs: number; readonly answer: Promise<boolean> }>()
  return (endpoint) => {
    const key = formatEndpoint(endpoint)
    const known = kept.get(key)
    if (known && now() - known.atMs < KEEP_MS) return known.answer
    kept.delete(key)
    const answer = connects(endpoint)
    kept.set(key, { atMs: now(), answer })
    const [oldest] = kept.keys()
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest)
    return answer
  }
}

function connects({ address, port }: Endpoint): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: address, port })
    const finish = (answer: boolean) => (): void => {
      clearTimeout(deadline)
      socket.destroy()
      resolve(answer)
    }
    const deadline = givingUpAfter(CONNECT_TIMEOUT_MS, finish(false))
    socket.once('connect', finish(true)).once('error', finish(false))
  })
}
