import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Host, listening } from './host.ts'

/** Where the lab's web proxy listens, and as whom it wants to be asked. */
export const WEB_PROXY = { port: 3128, name: 'ann', password: 's3cret' } as const

/** Start a real tinyproxy that lets through what companies' proxies do: CONNECT to 443, here also to the lab's certificate authority, and
 *  only for those who name themselves. Resolves to its URL, name and password in it, once it listens. */
export async function startWebProxy(host: Host, folder: string, address: string, authorityPort: number): Promise<string> {
  const { port, name, password } = WEB_PROXY
  mkdirSync(folder)
  const file = join(folder, 'tinyproxy.conf')
  const ports = [443, authorityPort].map((each) => `ConnectPort ${each}`)
  writeFileSync(file, [`Port ${port}`, `Listen ${address}`, 'Timeout 600', `BasicAuth ${name} ${password}`, ...ports, ''].join('\n'))
  await listening(host, await host.spawn('tinyproxy', ['-d', '-c', file]), port)
  return `http://${name}:${password}@${address}:${port}`
}
