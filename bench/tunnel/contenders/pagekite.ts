/** pagekite: its front-end on the relay, and its back-end at home. Its tunnel is not encrypted, and not compressed either: random bytes only
 *  cost it time. It goes by the Host header of plain HTTP here: at a ClientHello Debian 12's version ends with a TypeError. */
import { addressOf, SERVICE } from '../stage.ts'
import type { Contender } from './contender.ts'

const DOOR_PORT = 9000
/** The host that every visitor asks for (load.c). */
const KITE = 'web.home.relay.test'
const SECRET = 'porch'

export const pagekite: Contender = {
  name: 'pagekite',
  async start(stage, line) {
    const address = addressOf(line, 'relay')
    const both = ['pagekite', '--clean', '--nullui', '--nocrashreport', '--nozchunks', '--logfile=stdio']
    const options = { env: { HOME: stage.dir } }
    const relay = await stage.spawn(
      'relay',
      [...both, '--isfrontend', `--host=${address}`, `--ports=${DOOR_PORT}`, '--protos=http', `--domain=http:${KITE}:${SECRET}`],
      { ...options, readyPattern: /listen=/ },
    )
    const home = await stage.spawn(
      'home',
      [...both, `--frontend=${address}:${DOOR_PORT}`, `--service_on=http:${KITE}:127.0.0.1:${SERVICE.port}:${SECRET}`],
      { ...options, readyPattern: /proto=http; domain=/ },
    )
    return { door: { address, port: DOOR_PORT, hello: '/dev/null' }, relay: [relay], home: [home] }
  },
}
