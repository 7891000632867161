/** A provider of dynamic DNS that speaks dyndns2 by HTTPS, and fails when its script says so. What it takes stands at a real name server
 *  afterwards, by a signed update, as behind a real one.
 *
 *      name-provider.ts CERT KEY ADDRESS PORT TSIG-FILE [failure…]     failure: `-` none, `hang-up`, or a status such as 503
 *
 *  Prints a line of JSON for each request: `{ "atMs", "host", "address", "answer" }`. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { openNameServer } from '../../dns/exchange.ts'
import { nameOf } from '../../dns/names.ts'
import { readTsigKey } from '../../dns/tsig.ts'
import { update } from '../../dns/update.ts'
import { familyOf } from '../../protocol/model/address.ts'

const [certFile = '', keyFile = '', address = '', port = '0', tsigFile = '', ...script] = process.argv.slice(2)
const key = readTsigKey(readFileSync(tsigFile, 'utf8'))
const LIMIT_MS = 5000
const TTL_S = 5
const stands = new Map<string, string>()

async function publish(host: string, addresses: readonly string[]): Promise<void> {
  const connection = await openNameServer({ address: '127.0.0.1', port: 53 }, AbortSignal.timeout(LIMIT_MS))
  try {
    const changes = addresses.map((each) => {
      const type = familyOf(each) === 'ipv6' ? 'AAAA' : 'A'
      return { owner: nameOf(host), type, records: [{ type, address: each, ttlS: TTL_S }] } as const
    })
    await update(connection, nameOf(host.split('.').slice(-2).join('.')), changes, key)
  } finally {
    connection.close()
  }
}

createServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, (request, response) => {
  const { searchParams } = new URL(request.url ?? '/', 'https://provider.test')
  const [host = '', myip = ''] = [searchParams.get('hostname') ?? undefined, searchParams.get('myip') ?? undefined]
  const failure = script.shift() ?? '-'
  const answer = async (): Promise<string> => {
    if (failure !== '-') return failure
    if (stands.get(host) === myip) return 'nochg'
    await publish(host, myip.split(','))
    stands.set(host, myip)
    return 'good'
  }
  void answer().then((said) => {
    process.stdout.write(`${JSON.stringify({ atMs: Date.now(), host, address: myip, answer: said })}\n`)
    if (said === 'hang-up') return void request.socket.destroy()
    response.statusCode = /^\d{3}$/.test(said) ? Number(said) : 200
    response.end(`${said} ${myip}`)
  })
}).listen(Number(port), address, () => process.stdout.write('ready\n'))
