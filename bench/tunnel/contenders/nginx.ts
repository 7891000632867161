/** nginx as it passes streams and datagrams on: before a VPN, and by itself on a relay that can reach the home. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addressOf, DATAGRAM_SERVICE, type Stage } from '../stage.ts'
import type { Contender } from './contender.ts'

const DOOR_PORT = 9001

/** UDP, without a tunnel. */
export const nginxUdp: Contender = {
  name: 'nginx, UDP',
  async start(stage, line) {
    const address = addressOf(line, 'relay')
    const server = `listen ${address}:${DOOR_PORT} udp; proxy_pass ${addressOf(line, 'home')}:${DATAGRAM_SERVICE.port};`
    const relay = await stage.spawn('relay', nginxCommand(stage, 'nginx-udp', server))
    await stage.spawn('relay', ['sh', '-c', `until ss -Hlun 'sport = :${DOOR_PORT}' | grep -q .; do sleep 0.05; done; echo there`], {
      readyPattern: /there/,
    })
    return { door: { address, port: DOOR_PORT, hello: '/dev/null' }, relay: [relay], home: [] }
  },
}

/** One worker, and this much of `stream { server { … } }`. `name`: of its files in the stage's folder. */
export function nginxCommand({ dir }: Stage, name: string, server: string): string[] {
  const file = join(dir, `${name}.conf`)
  writeFileSync(
    file,
    `load_module /usr/lib/nginx/modules/ngx_stream_module.so;
worker_processes 1;
daemon off;
pid ${dir}/${name}.pid;
error_log /dev/null;
events { worker_connections 4096; }
stream { server { ${server} } }
`,
  )
  return ['nginx', '-c', file]
}
