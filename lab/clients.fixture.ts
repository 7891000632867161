/** What the lab's tests ask routers with: real clients, and the smallest PCP client that does. */
import type { Host, HostName, Lab } from './lab.ts'

/** What upnpc said, on both outputs; the router is the home's, unless `-u` among `args` names another. */
export async function upnpc(lab: Lab, host: HostName, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await lab.host(host).exec('upnpc', ['-u', lab.addresses.upnpDescription, ...args])
  return stdout + stderr
}

/** Ask by UPnP for a mapping to port 8080 of the home. */
export function mapByUpnp(lab: Lab, externalPort: number, protocol: 'TCP' | 'UDP' = 'TCP'): Promise<string> {
  return upnpc(lab, 'home', '-e', 'lab test', '-a', lab.addresses.home.ipv4, '8080', String(externalPort), protocol, '3600')
}

/** Fetch a page that is to come, on a busy machine too: `page` is empty when nobody answered for 20 s. */
export async function fetchPage(host: Host, url: string, ...curlArgs: string[]): Promise<{ page: string; code: number | null }> {
  const { stdout, code } = await host.exec('curl', ['-sS', '-g', '--max-time', '20', ...curlArgs, url])
  return { page: stdout, code }
}

/** As `fetchPage`, where nobody is to answer: a second is enough to see it. */
export function fetchNothing(host: Host, url: string): Promise<{ page: string; code: number | null }> {
  return fetchPage(host, url, '--max-time', '1')
}

export type PcpAnswer = { result: number; lifetimeS: number; epochS: number; externalPort: number; externalAddress: string }

/** PCP MAP (RFC 6887 §11) for a TCP port from the home to `server`, whose family is the family of the mapping.
 *  Resolves to undefined when nobody answers: the machine asked says so (ICMP), or 10 s go by. */
export async function mapByPcp(
  lab: Lab,
  server: string,
  internalPort: number,
  externalPort = internalPort,
): Promise<PcpAnswer | undefined> {
  const family = server.includes(':') ? 'ipv6' : 'ipv4'
  const request = Buffer.alloc(60)
  request.set([2, 1])
  request.writeUInt32BE(3600, 4)
  request.set(sixteenBytes(lab.addresses.home[family]), 8)
  request.write('lab test one', 24, 'latin1') // the nonce
  request[36] = 6 // TCP
  request.writeUInt16BE(internalPort, 40)
  request.writeUInt16BE(externalPort, 42)
  request.set(sixteenBytes(family === 'ipv6' ? '::' : '0.0.0.0'), 44)
  const { stdout } = await lab.host('home').exec(process.execPath, ['-e', ASK_ONCE, server, request.toString('hex')])
  const answer = Buffer.from(stdout, 'hex')
  if (answer.length < 24) return undefined
  const [result = -1, lifetimeS, epochS] = [answer.at(3), answer.readUInt32BE(4), answer.readUInt32BE(8)]
  if (answer.length < 60) return { result, lifetimeS, epochS, externalPort: 0, externalAddress: '' }
  return { result, lifetimeS, epochS, externalPort: answer.readUInt16BE(42), externalAddress: readAddress(answer.subarray(44, 60)) }
}

const ASK_ONCE = `
const [server, request] = process.argv.slice(1)
const socket = require('node:dgram').createSocket(server.includes(':') ? 'udp6' : 'udp4')
socket.on('message', (answer) => { process.stdout.write(answer.toString('hex')); socket.close() })
socket.on('error', () => process.exit())
socket.connect(5351, server, () => socket.send(Buffer.from(request, 'hex')))
setTimeout(() => process.exit(), 10_000).unref()
`

function sixteenBytes(address: string): Buffer {
  if (address.includes('.')) return Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...address.split('.').map(Number)])
  const [head = '', tail = ''] = address.split('::')
  const groups = (part: string) => part.split(':').filter(Boolean)
  const zeros = Array<string>(8 - groups(head).length - groups(tail).length).fill('0')
  return Buffer.from([...groups(head), ...zeros, ...groups(tail)].map((group) => group.padStart(4, '0')).join(''), 'hex')
}

function readAddress(bytes: Buffer): string {
  return bytes.readUInt16BE(10) === 0xffff ? bytes.subarray(12).join('.') : (bytes.toString('hex').match(/.{4}/g) ?? []).join(':')
}

/** IGDv2 AddPinhole for a TCP port of the home, to the control URL on `server`; what the router said. */
export async function addPinhole(lab: Lab, server: string, port: number): Promise<string> {
  const service = 'urn:schemas-upnp-org:service:WANIPv6FirewallControl:1'
  const args = { RemoteHost: '', RemotePort: 0, InternalClient: lab.addresses.home.ipv6, InternalPort: port, Protocol: 6, LeaseTime: 3600 }
  const fields = Object.entries(args).map(([name, value]) => `<${name}>${value}</${name}>`)
  const body = `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body><u:AddPinhole xmlns:u="${service}">${fields.join('')}</u:AddPinhole></s:Body></s:Envelope>`
  const { page } = await fetchPage(
    lab.host('home'),
    `http://${server.includes(':') ? `[${server}]` : server}:5000/ctl/IP6FCtl`,
    ...['-H', 'Content-Type: text/xml; charset="utf-8"', '-H', `SOAPAction: "${service}#AddPinhole"`, '--data-binary', body],
  )
  return page
}
