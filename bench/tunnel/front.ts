/**
 * Run on the relay's side: the relay's own public port (hello, name, splice), with a home behind it that is reached by plain TCP. It tells
 * what the front costs without the tunnel.
 *
 *     node front.ts '{"address":"198.18.1.1","port":9000,"home":"198.18.1.2","servicePort":7000}'
 */
import net from 'node:net'
import { createFront } from '../../relay/public-side/front.ts'

export interface FrontOptions {
  readonly address: string
  readonly port: number
  readonly home: string
  readonly servicePort: number
}

const { address, port, home, servicePort } = JSON.parse(process.argv[2] ?? '{}') as FrontOptions
const front = createFront({
  isOwn: () => false,
  onOwn: (socket) => socket.destroy(),
  openStream: ({ host }) =>
    host.endsWith('.test') ? net.connect({ host: home, port: servicePort, noDelay: true }).on('error', () => {}) : undefined,
})
front.listen({ host: address, port, backlog: 4096 }, () => console.log('ready'))
