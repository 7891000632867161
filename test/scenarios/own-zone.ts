/** The owner of `dyn.test`, at his own name server (BIND), as he sets his records by hand. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type House, MARKER } from './house.ts'

export interface OwnZone {
  /** Lines of nsupdate, such as `add www.dyn.test 1 A 192.0.2.1`. */
  set(...lines: string[]): Promise<void>
  /** Says that this name is the device's. */
  prove(host: string): Promise<void>
  texts(name: string): Promise<string[]>
  /** A file for `name add --provider rfc2136 --credentials`. */
  readonly credentials: string
  /** Throws unless a visitor who comes by IPv4 gets the page, from that address. */
  opens(host: string, via: string): Promise<void>
}

/** The engine has joined the relay. */
export async function openOwnZone(house: House): Promise<OwnZone> {
  const { lab } = house
  const { name, algorithm, secret, zone } = lab.tsig
  const server = lab.addresses.dns.ipv4
  const file = (called: string, text: string): string => {
    writeFileSync(join(lab.dir, called), text)
    return join(lab.dir, called)
  }
  const keyFile = file('owner.key', `key "${name}" { algorithm ${algorithm}; secret "${secret}"; };\n`)
  const { devices } = JSON.parse(await house.relayCommand('relay', 'devices', '--json'))
  const own: OwnZone = {
    async set(...lines) {
      const input = [`server ${server}`, `zone ${zone}`, ...lines.map((line) => `update ${line}`), 'send', ''].join('\n')
      const { code, stderr } = await lab.host('visitor').exec('nsupdate', ['-k', keyFile], { input })
      assert.equal(code, 0, stderr)
    },
    prove: (host) => own.set(`add _porchlight.${host} 1 TXT "device=${devices[0].key}"`),
    async texts(at) {
      const { stdout } = await lab.host('visitor').exec('dig', ['+short', at, 'TXT', `@${server}`])
      return stdout.split('\n').filter((line) => line !== '')
    },
    credentials: file('credentials', `server=${server}\nkey=${algorithm}:${name}:${secret}\n`),
    async opens(host, via) {
      const page = await house.visit(`https://${host}/`, '-4')
      assert.deepEqual([page.via, new RegExp(MARKER).test(page.body)], [via, true])
    },
  }
  return own
}
