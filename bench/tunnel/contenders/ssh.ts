/** `ssh -R`: OpenSSH's own server on the relay, its client at home. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mustRun } from '../../../lab/process.ts'
import { addressOf, SERVICE } from '../stage.ts'
import type { Contender } from './contender.ts'
import { doorOpens } from './door.ts'

const SSHD_PORT = 2222
const DOOR_PORT = 9000
/** The quickest that OpenSSH has on processors with AES instructions, and the cipher of our own TLS. */
const CIPHER = 'aes128-gcm@openssh.com'

export const ssh: Contender = {
  name: 'ssh -R',
  async start(stage, line) {
    const address = addressOf(line, 'relay')
    const keys = await makeKeys(stage)
    const relay = await stage.spawn('relay', serverCommand(stage.dir, address, keys), { readyPattern: /Server listening/ })
    const home = await stage.spawn('home', clientCommand(address, DOOR_PORT, { host: '127.0.0.1', port: SERVICE.port }, keys))
    await doorOpens(stage, address, DOOR_PORT)
    return { door: { address, port: DOOR_PORT, hello: await stage.helloBelow('test') }, relay: [relay], home: [home] }
  },
}

export interface Keys {
  readonly hostKey: string
  readonly key: string
}

/** In the stage's or lab's folder, once. */
export async function makeKeys({ dir }: { readonly dir: string }): Promise<Keys> {
  const keys = { hostKey: join(dir, 'host_key'), key: join(dir, 'user_key') }
  for (const file of Object.values(keys)) if (!existsSync(file)) await mustRun(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', file])
  return keys
}

/** sshd at this address. Its privilege separation wants a folder that only a running system has: a private /run, in this process's mounts. */
export function serverCommand(dir: string, address: string, keys: Keys): string[] {
  const config = join(dir, 'sshd_config')
  writeFileSync(config, serverConfig(address, keys))
  return ['sh', '-c', 'mount -t tmpfs run /run && mkdir /run/sshd && exec /usr/sbin/sshd -D -e -f "$0"', config]
}

/** `ssh -R` from `address`:`port` to `target`. */
export function clientCommand(address: string, port: number, target: { host: string; port: number }, { key }: Keys): string[] {
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'ExitOnForwardFailure=yes', 'LogLevel=ERROR']
  return [
    ...['ssh', '-N', '-F', '/dev/null', '-p', String(SSHD_PORT), '-i', key, '-c', CIPHER],
    ...options.flatMap((option) => ['-o', option]),
    ...['-R', `${address}:${port}:${target.host}:${target.port}`, `root@${address}`],
  ]
}

const serverConfig = (address: string, { hostKey, key }: Keys): string => `
Port ${SSHD_PORT}
ListenAddress ${address}
HostKey ${hostKey}
AuthorizedKeysFile ${key}.pub
PidFile none
StrictModes no
PermitRootLogin yes
UsePAM no
GatewayPorts clientspecified
`
