import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Certificate, issueCertificate } from './certificates.ts'
import { eventually } from './eventually.ts'
import { type Host, must } from './host.ts'
import { ADDRESSES } from './topology.ts'

export type Pebble = {
  /** Fetch the root that signs what pebble issues (it makes a new one at every start) into a file; resolves to its path. */
  issuingRoots(): Promise<string>
}

/** Start Let's Encrypt's test authority on the dns host: https://acme.test:14000/dir, its own certificate signed by `authority`.
 *  `nonceRejectPercent` of the requests are refused with badNonce, which a client has to take in its stride (RFC 8555 §6.5). */
export async function startPebble(host: Host, labFolder: string, authority: Certificate, nonceRejectPercent: number): Promise<Pebble> {
  const folder = join(labFolder, 'pebble')
  mkdirSync(folder)
  const own = await issueCertificate(folder, 'acme.test', ['DNS:acme.test', `IP:${ADDRESSES.dns.ipv4}`], authority)
  const configFile = join(folder, 'pebble.json')
  const pebble = {
    listenAddress: ':14000',
    managementListenAddress: ':15000',
    certificate: own.certFile,
    privateKey: own.keyFile,
    httpPort: 80,
    tlsPort: 443,
    ocspResponderURL: '',
    externalAccountBindingRequired: false,
  }
  writeFileSync(configFile, JSON.stringify({ pebble }))
  await host.spawn('pebble', ['-config', configFile, '-dnsserver', `${ADDRESSES.dns.ipv4}:53`], {
    env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: String(nonceRejectPercent), PEBBLE_AUTHZREUSE: '0' },
    readyPattern: /ACME directory available at/,
  })
  return {
    issuingRoots: async () => {
      const url = `https://${ADDRESSES.dns.ipv4}:15000/roots/0`
      // It says that it is there before it listens.
      const roots = await eventually(() => must(host, 'curl', ['-sS', '--fail', '--max-time', '5', '--cacert', authority.certFile, url]))
      const file = join(folder, 'issuing-roots.pem')
      writeFileSync(file, roots)
      return file
    },
  }
}
