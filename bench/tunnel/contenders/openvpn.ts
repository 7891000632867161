/** OpenVPN between relay and home, and in front of it what a person would put there: nginx, which passes visitors on to the home's address
 *  in the VPN. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../../../lab/eventually.ts'
import { mustRun } from '../../../lab/process.ts'
import { addressOf, type LineName, SERVICE, type Stage } from '../stage.ts'
import type { Contender, Running } from './contender.ts'
import { doorOpens } from './door.ts'
import { nginxCommand } from './nginx.ts'

const VPN_PORT = 1194
const DOOR_PORT = 9000
const INSIDE = { relay: '198.18.9.1', home: '198.18.9.2' }

export const openvpnTcp: Contender = { name: 'OpenVPN over TCP', start: (stage, line) => start(stage, line, 'tcp') }
export const openvpnUdp: Contender = { name: 'OpenVPN over UDP', start: (stage, line) => start(stage, line, 'udp') }

async function start(stage: Stage, line: LineName, protocol: 'tcp' | 'udp'): Promise<Running> {
  const { common, fingerprint } = await certificate(stage)
  // Both as quick as OpenVPN gets: the kernel's own socket buffers for UDP, no waiting for more bytes in TCP.
  const tuning = protocol === 'udp' ? ['--sndbuf', '0', '--rcvbuf', '0'] : ['--socket-flags', 'TCP_NODELAY']
  const both = [...common, '--peer-fingerprint', fingerprint, '--dev', 'vpn', '--dev-type', 'tun', '--verb', '3', ...tuning]
  const cipher = ['--data-ciphers', 'AES-128-GCM', '--cipher', 'AES-128-GCM']
  const relayAddress = addressOf(line, 'relay')
  const listening = ['--tls-server', '--dh', 'none', '--local', relayAddress, '--lport', String(VPN_PORT)]
  const client = ['--tls-client', '--nobind', '--remote', relayAddress, String(VPN_PORT)]
  const openvpn = ['openvpn', ...both, ...cipher]
  const relay = await stage.spawn('relay', [
    ...[...openvpn, ...listening, '--proto', protocol === 'tcp' ? 'tcp-server' : 'udp', '--ifconfig', INSIDE.relay, INSIDE.home],
  ])
  await eventually(async () => (await stage.exec('relay', ['ss', '-Hln', `sport = :${VPN_PORT}`])).stdout.includes(String(VPN_PORT)))
  const home = await stage.spawn(
    'home',
    [...openvpn, ...client, '--proto', protocol === 'tcp' ? 'tcp-client' : 'udp', '--ifconfig', INSIDE.home, INSIDE.relay],
    { readyPattern: /Initialization Sequence Completed/ },
  )
  await Promise.all([stage.levelTcp('relay'), stage.levelTcp('home')])
  const server = `listen ${relayAddress}:${DOOR_PORT} backlog=4096; proxy_pass ${INSIDE.home}:${SERVICE.port}; tcp_nodelay on;`
  const nginx = await stage.spawn('relay', nginxCommand(stage, 'nginx-vpn', server))
  await doorOpens(stage, relayAddress, DOOR_PORT)
  return { door: { address: relayAddress, port: DOOR_PORT, hello: await stage.helloBelow('test') }, relay: [relay, nginx], home: [home] }
}

/** One certificate for both ends, each of which knows it by its fingerprint. */
async function certificate({ dir }: Stage): Promise<{ common: string[]; fingerprint: string }> {
  const [certFile, keyFile] = [join(dir, 'openvpn.pem'), join(dir, 'openvpn.key')]
  if (!existsSync(certFile)) {
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
    await mustRun(['openssl', 'req', '-x509', ...curve, '-nodes', '-days', '2', '-subj', '/CN=vpn', '-keyout', keyFile, '-out', certFile])
  }
  const said = await mustRun(['openssl', 'x509', '-in', certFile, '-noout', '-fingerprint', '-sha256'])
  return { common: ['--cert', certFile, '--key', keyFile], fingerprint: said.trim().split('=')[1] ?? '' }
}
