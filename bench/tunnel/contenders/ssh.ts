/** `ssh -R`: OpenSSH's own server on the relay, its client at home. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mustRun } from '../../../lab/process.ts'
import { addressOf, SERVICE, type Stage } from '../stage.ts'
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
    const files = await makeKeys(stage)
    writeFileSync(files.config, serverConfig(address, files))
    // Its privilege separation wants a folder that only a running system has: a private /run, in this process's mounts only.
    const server = ['sh', '-c', 'mount -t tmpfs run /run && mkdir /run/sshd && exec /usr/sbin/sshd -D -e -f "$0"', files.config]
    const relay = await stage.spawn('relay', server, { readyPattern: /Server listening/ })
    const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'ExitOnForwardFailure=yes', 'LogLevel=ERROR']
    const home = await stage.spawn('home', [
      ...['ssh', '-N', '-F', '/dev/null', '-p', String(SSHD_PORT), '-i', files.key, '-c', CIPHER],
      ...options.flatMap((option) => ['-o', option]),
      ...['-R', `${address}:${DOOR_PORT}:127.0.0.1:${SERVICE.port}`, `root@${address}`],
    ])
    await doorOpens(stage, address, DOOR_PORT)
    return { door: { address, port: DOOR_PORT, hello: await stage.helloBelow('test') }, relay: [relay], home: [home] }
  },
}

interface Files {
  readonly config: string
  readonly hostKey: string
  readonly key: string
}

async function makeKeys({ dir }: Stage): Promise<Files> {
  const files = { config: join(dir, 'sshd_config'), hostKey: join(dir, 'host_key'), key: join(dir, 'user_key') }
  for (const file of [files.hostKey, files.key])
    if (!existsSync(file)) await mustRun(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', file])
  return files
}

const serverConfig = (address: string, { hostKey, key }: Files): string => `
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
