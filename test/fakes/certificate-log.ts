/** A search service for public certificate logs, in the JSON of crt.sh, for pebble writes to no log. It knows the PEM files of one folder; the
 *  file `7.pem` has the number 7. Run by itself: FOLDER CERT KEY HOST PORT. */
import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import https from 'node:https'
import { join } from 'node:path'

export function certificateLog(folder: string): RequestListener {
  return (request, response) => {
    const { searchParams: asked } = new URL(request.url ?? '', 'https://log.test')
    const numbers = readdirSync(folder).flatMap((name) => /^(\d+)\.pem$/.exec(name)?.[1] ?? [])
    const one = asked.get('d')
    if (one !== null) {
      response.writeHead(numbers.includes(one) ? 200 : 404)
      return void response.end(numbers.includes(one) ? readFileSync(join(folder, `${one}.pem`)) : '')
    }
    const below = (asked.get('q') ?? '').replace(/^%/, '')
    const entries = numbers
      .map((number) => ({ number: Number(number), certificate: new X509Certificate(readFileSync(join(folder, `${number}.pem`))) }))
      .filter(({ certificate }) => certificate.subjectAltName?.includes(below))
      .map(({ number, certificate }) => ({
        issuer_ca_id: 1,
        issuer_name: certificate.issuer.replaceAll('\n', ', '),
        common_name: '',
        name_value: certificate.subjectAltName?.replaceAll('DNS:', '').replaceAll(', ', '\n'),
        id: number,
        entry_timestamp: null,
        not_before: new Date(certificate.validFrom).toISOString().slice(0, 19),
        not_after: new Date(certificate.validTo).toISOString().slice(0, 19),
        serial_number: certificate.serialNumber.toLowerCase(),
        result_count: 1,
      }))
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(entries))
  }
}

if (import.meta.main) {
  const [folder = '', cert = '', key = '', host = '', port = ''] = process.argv.slice(2)
  const server = https.createServer({ cert: readFileSync(cert), key: readFileSync(key) }, certificateLog(folder))
  server.listen(Number(port), host, () => process.stdout.write('ready\n'))
}
