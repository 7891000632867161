import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mustRun } from './process.ts'

export type Certificate = { certFile: string; keyFile: string }

/** The lab's own certificate authority. Its root (`certFile`) signs what the lab's servers show: pebble's interface and the relay. */
export async function createAuthority(folder: string): Promise<Certificate> {
  return makeCertificate(folder, 'ca', 'Porchlight lab CA', ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'])
}

/** A server certificate; `names` as in openssl's subjectAltName, `DNS:relay.test` or `IP:198.51.100.153`. */
export async function issueCertificate(
  folder: string,
  file: string,
  names: readonly [string, ...string[]],
  authority: Certificate,
): Promise<Certificate> {
  const extensions = ['basicConstraints=critical,CA:FALSE', 'extendedKeyUsage=serverAuth', `subjectAltName=${names.join(',')}`]
  return makeCertificate(folder, file, names[0].replace(/^\w+:/, ''), extensions, authority)
}

async function makeCertificate(folder: string, file: string, commonName: string, extensions: string[], authority?: Certificate) {
  const certificate = { certFile: join(folder, `${file}.pem`), keyFile: join(folder, `${file}.key`) }
  const configFile = join(folder, `${file}.cnf`)
  // A configuration of our own: the system's would add CA:TRUE to every certificate that `req -x509` makes.
  writeFileSync(
    configFile,
    `[req]\nprompt=no\ndistinguished_name=dn\nx509_extensions=ext\n[dn]\nCN=${commonName}\n[ext]\n${extensions.join('\n')}\n`,
  )
  const signedBy = authority ? ['-CA', authority.certFile, '-CAkey', authority.keyFile] : []
  await mustRun([
    ...['openssl', 'req', '-x509', '-config', configFile, '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
    ...['-keyout', certificate.keyFile, '-out', certificate.certFile, ...signedBy],
  ])
  return certificate
}
