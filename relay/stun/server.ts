/** Tells whoever asks over UDP from which address it sees them: on the relay's HTTPS port, which homes may reach. Bounded like the DNS side:
 *  an answer is at most 2.2 times its question, and a neighbourhood that asks too much is not heard. */
import dgram from 'node:dgram'
import { once } from 'node:events'
import { familyOf, unmapped } from '../../protocol/model/address.ts'
import { formatBindingResponse, parseBindingRequest } from '../../wire/stun.ts'
import { createRateLimiter } from '../dns/rate.ts'

/** A home asks twice when it connects; a thousand behind one carrier's address still fit. */
const LIMITS = { answersPerS: 20, burst: 100, maxSources: 20_000 } as const

/** Listens until the signal. Rejects with the system's error (EADDRINUSE, EACCES). */
export async function startStun(host: string, port: number, signal: AbortSignal): Promise<void> {
  const socket = dgram.createSocket({
    type: familyOf(host) === 'ipv6' ? 'udp6' : 'udp4',
    ...(familyOf(host) === 'ipv6' && { ipv6Only: true }),
  })
  const decide = createRateLimiter(LIMITS)
  socket.on('error', () => {})
  socket.on('message', (datagram, sender) => {
    const transaction = parseBindingRequest(datagram)
    const address = unmapped(sender.address.split('%')[0] ?? '')
    // Port 0 cannot be answered; a well-known one would be somebody's server that never asked.
    if (!transaction || sender.port < 1024 || decide(address, performance.now()) !== 'answer') return
    socket.send(formatBindingResponse(transaction, { address, port: sender.port }), sender.port, sender.address, () => {})
  })
  socket.bind(port, host)
  await once(socket, 'listening', { signal })
  signal.addEventListener('abort', () => socket.close())
}
