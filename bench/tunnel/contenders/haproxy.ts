/** haproxy on the relay, passing TLS on by its server name to a home that it can reach: no tunnel. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addressOf, SERVICE } from '../stage.ts'
import type { Contender } from './contender.ts'
import { doorOpens } from './door.ts'

const DOOR_PORT = 9000

export const haproxy: Contender = {
  name: 'haproxy by SNI',
  async start(stage, line) {
    const address = addressOf(line, 'relay')
    const file = join(stage.dir, 'haproxy.cfg')
    writeFileSync(
      file,
      `global
  maxconn 9000
  nbthread 1
defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
frontend visitors
  bind ${address}:${DOOR_PORT} backlog 4096
  tcp-request inspect-delay 5s
  tcp-request content accept if { req.ssl_hello_type 1 }
  use_backend home if { req.ssl_sni -m end .test }
backend home
  server service ${addressOf(line, 'home')}:${SERVICE.port}
`,
    )
    const relay = await stage.spawn('relay', ['haproxy', '-db', '-f', file])
    await doorOpens(stage, address, DOOR_PORT)
    return { door: { address, port: DOOR_PORT, hello: await stage.helloBelow('test') }, relay: [relay], home: [] }
  },
}
