/** `node inspector.ts PORT CERT KEY HOST`: opens TLS on the way and speaks it onwards to HOST:443, as a company's firewall does. */
import { readFileSync } from 'node:fs'
import tls from 'node:tls'

const [port, certFile = '', keyFile = '', host = ''] = process.argv.slice(2)
const settings: tls.TlsOptions = {
  cert: readFileSync(certFile),
  key: readFileSync(keyFile),
  // It passes on whatever it is offered.
  ALPNCallback: ({ protocols }) => protocols[0],
}
const server = tls.createServer(settings, (near) => {
  const ALPNProtocols = near.alpnProtocol ? [near.alpnProtocol] : []
  const far = tls.connect({ host, port: 443, servername: near.servername || 'relay.test', ALPNProtocols, rejectUnauthorized: false })
  near.on('error', () => far.destroy()).on('close', () => far.destroy())
  far.on('error', () => near.destroy()).on('close', () => near.destroy())
  near.pipe(far).pipe(near)
})
server.on('tlsClientError', () => {})
server.listen(Number(port), '::', () => console.log('inspecting'))
