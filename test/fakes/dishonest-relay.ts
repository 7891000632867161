/** A relay's operator who abuses the one power that nobody can take from him: the names' DNS is his. Run by itself on the relay's machine.
 *
 *  obtain HOST DIRECTORY CA FOLDER   answers for the whole domain in DNS and gets a certificate for HOST: FOLDER/cert.pem, FOLDER/key.pem
 *  read-along FOLDER PORT OWN        answers on PORT in the place of every home, and lets through to the relay at 127.0.0.1:443 what is for OWN */
import { readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import tls from 'node:tls'
import { newAccountKey, obtainCertificate } from '../../certificates/acme.ts'
import { byDns } from '../../certificates/challenge.ts'
import { startDns } from '../../relay/dns/server.ts'
import { readClientHello } from '../../relay/public-side/client-hello.ts'

async function obtain(host: string, directoryUrl: string, caFile: string, folder: string): Promise<void> {
  const over = new AbortController()
  const { signal } = over
  const texts = new Map<string, string>()
  const domain = host.split('.').slice(-2).join('.')
  const zone = {
    domain,
    nameServers: [`ns.${domain}`],
    serial: 1,
    lookup: (below: readonly string[]) => {
      const text = texts.get([...below, domain].join('.'))
      return { records: text === undefined ? [] : [{ type: 'TXT' as const, text, ttlS: 1 }] }
    },
  }
  await startDns({ addresses: ['0.0.0.0', '::'], port: 53, zone, signal })
  const { certPem, keyPem } = await obtainCertificate({
    directoryUrl,
    directoryCa: readFileSync(caFile, 'utf8'),
    account: { keyPem: newAccountKey(), agreesTo: () => true },
    names: [host],
    answerers: [
      byDns(
        async (name, value) => void texts.set(name, value),
        async (name) => void texts.delete(name),
      ),
    ],
    signal,
  })
  writeFileSync(join(folder, 'cert.pem'), certPem)
  writeFileSync(join(folder, 'key.pem'), keyPem)
  over.abort()
}

function readAlong(folder: string, port: number, own: string): void {
  const pair = { cert: readFileSync(join(folder, 'cert.pem')), key: readFileSync(join(folder, 'key.pem')) }
  const inHisPlace = tls.createServer(pair, (socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 12\r\n\r\nI read along'))
  })
  const front = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (first) => {
      socket.pause()
      socket.unshift(first)
      const hello = readClientHello(first)
      if (hello.kind === 'hello' && hello.serverName !== own) return void inHisPlace.emit('connection', socket)
      const relay = net.connect({ host: '127.0.0.1', port: 443 })
      relay.on('error', () => socket.destroy())
      socket.pipe(relay).pipe(socket)
    })
  })
  front.listen(port, '::', () => process.stdout.write('reading along\n'))
}

const [what, ...args] = process.argv.slice(2) as [string, string, string, string, string]
if (what === 'obtain') await obtain(...(args as [string, string, string, string]))
else readAlong(args[0], Number(args[1]), args[2])
