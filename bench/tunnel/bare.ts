/**
 * Run on the relay's side: the least that a Node program can do to pass a connection on, with no name read, no limit, no deadline and nothing
 * told. What it costs is Node's own; what the relay's public port costs beside it is ours.
 *
 *     node bare.ts '{"address":"198.18.1.1","port":9000,"home":"198.18.1.2","servicePort":7000}'
 */
import net from 'node:net'
import type { FrontOptions } from './front.ts'

const { address, port, home, servicePort } = JSON.parse(process.argv[2] ?? '{}') as FrontOptions
const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (visitor) => {
  const service = net.connect({ host: home, port: servicePort, noDelay: true, allowHalfOpen: true })
  visitor.on('error', () => service.destroy()).pipe(service)
  service.on('error', () => visitor.destroy()).pipe(visitor)
})
server.listen({ host: address, port, backlog: 4096 }, () => console.log('ready'))
