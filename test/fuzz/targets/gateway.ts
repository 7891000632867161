/** What a router says, or somebody in its place. */
import assert from 'node:assert/strict'
import { GatewayError } from '../../../engine/gateway/gateway.ts'
import { parseNatpmp } from '../../../engine/gateway/natpmp/codec.ts'
import { parsePcp } from '../../../engine/gateway/pcp/codec.ts'
import { parseDescription } from '../../../engine/gateway/upnp/description.ts'
import { parseSoap } from '../../../engine/gateway/upnp/soap.ts'
import { type Place, parseNotice, parseReply } from '../../../engine/gateway/upnp/ssdp.ts'
import { parseXml, type XmlElement, XmlError } from '../../../engine/gateway/upnp/xml.ts'
import { describeDevice, describeFault, describeResult, PLAIN_DEVICE } from '../../fakes/gateway-xml.ts'
import { around, type Target } from '../target.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')
const headers = (...lines: string[]): string => [...lines, '', ''].join('\r\n')
const IGD = 'urn:schemas-upnp-org:device:InternetGatewayDevice:2'
const LINE = 'urn:schemas-upnp-org:service:WANIPConnection:1'
const DEVICES = [
  describeDevice(PLAIN_DEVICE),
  describeDevice({ ...PLAIN_DEVICE, urlBase: 'http://192.168.1.1:1780/', controlUrl: '?WANIPConnection' }),
]

function isPlace({ port, path }: Place): void {
  assert.ok(port > 0 && port < 65_536, `port ${port}`)
  assert.match(path, /^\/[\x21-\x7e]*$/)
}

const ssdp: Target = {
  says: 'answers to a search for routers, and notices of routers (SSDP)',
  input: around([
    headers('HTTP/1.1 200 OK', 'LOCATION: http://192.168.1.1:5000/rootDesc.xml', `ST: ${IGD}`, 'CACHE-CONTROL: max-age=120'),
    headers('HTTP/1.1 200 OK', 'Location: http://[fe80::1%25eth0]/a?b', 'ST: ssdp:all'),
    headers('NOTIFY * HTTP/1.1', 'HOST: 239.255.255.250:1900', `NT: ${IGD}`, 'NTS: ssdp:alive', 'BOOTID.UPNP.ORG: 7'),
    headers('NOTIFY * HTTP/1.1', `NT: ${LINE}`, 'NTS: ssdp:byebye'),
  ]),
  check(bytes) {
    const reply = parseReply(bytes)
    if (reply) isPlace(reply.place)
    const notice = parseNotice(bytes)
    if (notice) assert.ok(notice.bootId === null || (Number.isInteger(notice.bootId) && notice.bootId >= 0))
    return reply ? 'answer' : notice ? 'notice' : 'neither'
  },
}

const xml: Target = {
  says: 'documents of a router',
  input: around([
    ...DEVICES,
    describeFault(725),
    describeResult('A', 'urn:b', { NewC: 1 }),
    '<a b="c">&amp;<![CDATA[x]]><!-- y --><d/></a>',
  ]),
  check(bytes) {
    try {
      const root = parseXml(bytes)
      assert.ok(elementsOf(root) <= 4_096)
      return 'document'
    } catch (error) {
      if (error instanceof XmlError) return error.kind
      throw error
    }
  },
}

function elementsOf({ name, children }: XmlElement): number {
  assert.ok(name.length > 0)
  return children.reduce((sum, child) => sum + elementsOf(child), 1)
}

/** Runs `parse`; the one error it may throw is an answer, too. */
function orGarbled(parse: () => string): string {
  try {
    return parse()
  } catch (error) {
    if (error instanceof GatewayError && error.fault === 'garbled') return 'garbled'
    throw error
  }
}

const description: Target = {
  says: 'what a router says it is and can do (UPnP)',
  input: around(DEVICES),
  check: (bytes) =>
    orGarbled(() => {
      const { services, ...texts } = parseDescription(bytes, { port: 5000, path: '/igd/desc.xml' }, '192.168.1.1')
      for (const text of Object.values(texts)) assert.ok(typeof text !== 'string' || [...text].length <= 80)
      assert.ok(services.length <= 16)
      for (const place of services.flatMap(({ controls }) => controls)) isPlace(place)
      return services.length > 0 ? 'gateway' : 'other-device'
    }),
}

const soap: Target = {
  says: 'results and faults of a router’s actions (UPnP)',
  input: around([
    describeResult('GetSpecificPortMappingEntry', LINE, { NewInternalPort: 8443, NewInternalClient: '192.168.1.10' }),
    describeResult('GetExternalIPAddress', LINE, { NewExternalIPAddress: '203.0.113.10' }),
    describeFault(718),
  ]),
  check: (bytes) => orGarbled(() => parseSoap(bytes).kind),
}

const pcp: Target = {
  says: 'answers and announcements by PCP',
  input: around([
    hex(`02810000 00000e10 00015180 00000000 00000000 00000000 00010203 04050607 08090a0b 06000000 20fb01bb
      00000000 00000000 0000ffff cb00710a`),
    hex(`02810000 00000e10 00015180 00000000 00000000 00000000 00010203 04050607 08090a0b 11000000 20fb01bb
      20010db8 00010000 00000000 00000010 80000003 aabbcc00 02000000`),
    hex('02800000 00000000 00015180 00000000 00000000 00000000'),
    hex('00800001 00000010'),
  ]),
  check(bytes) {
    const reply = parsePcp(bytes)
    if (reply.kind === 'response') {
      assert.ok(bytes.length >= 24 && bytes.length <= 1_100 && bytes.length % 4 === 0)
      if (reply.map) assert.ok(reply.map.nonce.length === 12 && reply.map.externalPort <= 65_535)
    }
    return reply.kind
  },
}

const natpmp: Target = {
  says: 'answers by NAT-PMP',
  input: around([hex('00800000 00015180 cb00710a'), hex('00820000 00015180 20fb01bb 00000e10'), hex('00000001 00000010')]),
  check(bytes) {
    const reply = parseNatpmp(bytes)
    if (reply.kind === 'address' && reply.address !== null) assert.match(reply.address, /^\d+\.\d+\.\d+\.\d+$/)
    if (reply.kind === 'map') assert.equal(bytes.length, 16)
    return reply.kind
  },
}

export const GATEWAY_TARGETS = { ssdp, xml, description, soap, pcp, natpmp }
