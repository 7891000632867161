import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Host, listening } from './host.ts'
import type { LabProcess } from './process.ts'

export type WebServer = {
  readonly url: string
  start(): Promise<void>
  stop(): Promise<void>
  /** The requests answered so far, one line each, in nginx's combined format. */
  accessLog(): string[]
}

/** Start a real nginx that answers every path with `text`. Resolves once it listens. */
export async function startNginx(
  host: Host,
  folder: string,
  { address, port, text }: { address: string; port: number; text: string },
): Promise<WebServer> {
  const authority = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  mkdirSync(join(folder, 'root'), { recursive: true })
  writeFileSync(join(folder, 'root', 'index.html'), text)
  writeFileSync(join(folder, 'nginx.conf'), settings(folder, authority))
  const log = join(folder, 'access.log')
  let running: LabProcess | undefined
  const server: WebServer = {
    url: `http://${authority}`,
    start: async () => {
      if (running) return
      running = await host.spawn('nginx', ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')])
      await listening(host, running, port)
    },
    stop: async () => {
      const nginx = running
      running = undefined
      await nginx?.stop()
    },
    accessLog: () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : []),
  }
  await server.start()
  return server
}

// One process, as root: workers would change to another user, which a user namespace with a single user does not have.
function settings(folder: string, listen: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')
  return `user root;
daemon off;
master_process off;
pid ${folder}/nginx.pid;
events { worker_connections 256; }
http {
  ${temporary}
  access_log ${folder}/access.log combined;
  types { text/html html; }
  default_type text/html;
  server {
    listen ${listen};
    root ${folder}/root;
    location / { try_files $uri /index.html; }
  }
}
`
}
