/** Who is compared: each with one worker on one core, the same P-256 certificate, HTTP/1.1 and HTTP/2, before the same service. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LabProcess } from '../../lab/process.ts'
import type { DoorOptions } from './door.ts'
import { HOST, type Stage } from './stage.ts'

export interface Contender {
  readonly name: string
  start(stage: Stage): Promise<LabProcess>
}

const DOOR = join(import.meta.dirname, 'door.ts')
const COLLECT = join(import.meta.dirname, '..', 'collect-garbage.ts')
/** Of one process, as far as ordinary limits of open files let it. */
const MOST_CONNECTIONS = 16_000

/** @param nodeFlags for the Node that runs it */
const ourDoor = ({ certFile, keyFile, port, backendPort, start }: Stage, nodeFlags: readonly string[]): Promise<LabProcess> => {
  const options: DoorOptions = { host: HOST, port, backendPort, certFile, keyFile }
  return start([process.execPath, ...nodeFlags, DOOR, JSON.stringify(options)])
}

const porchlight: Contender = { name: 'Porchlight', start: (stage) => ourDoor(stage, []) }

/** Ours, collecting its garbage when it is asked to: what is left then is really held. */
const porchlightIdle: Contender = {
  name: 'Porchlight',
  start: (stage) => ourDoor(stage, ['--expose-gc', '--max-semi-space-size=1', '--import', COLLECT]),
}

/** Tuned so that it stores nothing of a large answer, as a proxy of a home should not. */
const nginx: Contender = {
  name: 'nginx',
  start({ dir, certFile, keyFile, port, backendPort, start }) {
    const file = join(dir, 'nginx.conf')
    writeFileSync(
      file,
      `worker_processes 1;
daemon off;
pid ${dir}/nginx.pid;
error_log /dev/null;
events { worker_connections ${MOST_CONNECTIONS}; }
http {
  access_log off;
  keepalive_timeout 600;
  keepalive_requests 1000000000;
  upstream service { server 127.0.0.1:${backendPort}; keepalive 64; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port} ssl http2 backlog=4096;
    server_name ${HOST};
    ssl_certificate ${certFile};
    ssl_certificate_key ${keyFile};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_tickets off;
    location / {
      proxy_pass http://service;
      proxy_http_version 1.1;
      proxy_buffers 16 64k;
      proxy_max_temp_file_size 0;
      proxy_set_header Host $http_host;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto https;
    }
  }
}
`,
    )
    return start(['nginx', '-c', file])
  },
}

const haproxy: Contender = {
  name: 'haproxy',
  start({ dir, pemFile, port, backendPort, start }) {
    const file = join(dir, 'haproxy.cfg')
    writeFileSync(
      file,
      `global
  maxconn 4000
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 10m
  timeout server 10m
frontend visitors
  bind 127.0.0.1:${port} backlog 4096 ssl crt ${pemFile} alpn h2,http/1.1 no-tls-tickets
  http-request set-header X-Forwarded-For %[src]
  http-request set-header X-Forwarded-Proto https
  default_backend service
backend service
  http-reuse always
  server service 127.0.0.1:${backendPort}
`,
    )
    return start(['haproxy', '-db', '-f', file])
  },
}

const caddy: Contender = {
  name: 'caddy',
  start({ dir, certFile, keyFile, port, backendPort, start }) {
    const file = join(dir, 'Caddyfile')
    writeFileSync(
      file,
      `{
  admin off
  auto_https off
  servers {
    protocols h1 h2
  }
}
https://${HOST}:${port} {
  bind 127.0.0.1
  tls ${certFile} ${keyFile}
  reverse_proxy 127.0.0.1:${backendPort}
}
`,
    )
    return start(['caddy', 'run', '--adapter', 'caddyfile', '--config', file], {
      GOMAXPROCS: '1',
      HOME: dir,
      XDG_DATA_HOME: dir,
      XDG_CONFIG_HOME: dir,
    })
  },
}

export const CONTENDERS = { porchlight, porchlightIdle, nginx, haproxy, caddy } as const satisfies Record<string, Contender>
export type ContenderName = keyof typeof CONTENDERS
