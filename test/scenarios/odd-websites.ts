/** A real nginx and a real sshd on the home's second machine, each at a fault that is to be seen before it is shared. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab, LabProcess } from '../../lab/lab.ts'

const ADDRESS = '192.168.1.20'

/** Where each stands, and the findings on it, the worst first. */
export const ODD_WEBSITES = {
  films: { to: `http://${ADDRESS}:8090`, found: ['lists-files', 'no-login-seen', 'answers'] },
  locked: { to: `http://${ADDRESS}:8091`, found: ['login-in-clear-at-home', 'asks-login', 'answers'] },
  moved: { to: `http://${ADDRESS}:8092`, found: ['redirects-home', 'answers'] },
  picky: { to: `http://${ADDRESS}:8093`, found: ['no-login-seen', 'refuses-name', 'answers'] },
  secure: { to: `http://${ADDRESS}:8094`, found: ['speaks-https'] },
  shell: { to: `tcp://${ADDRESS}:8022`, preset: 'ssh', found: ['better-by-link', 'as-expected'] },
} as const

export async function startOddWebsites(lab: Lab): Promise<LabProcess[]> {
  const host = lab.host('server')
  const folder = join(lab.dir, 'odd-websites')
  mkdirSync(join(folder, 'films'), { recursive: true })
  writeFileSync(join(folder, 'films', 'holidays.mp4'), 'a film')
  writeFileSync(join(folder, 'nginx.conf'), settings(folder))
  writeFileSync(join(folder, 'sshd_config'), `Port 8022\nListenAddress ${ADDRESS}\nHostKey ${folder}/host_key\nPidFile none\n`)
  await must(host.exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'host_key')]))
  const certificate = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem'), '-subj', '/CN=nas', '-nodes', '-days', '1']
  await must(host.exec('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', ...certificate]))
  // Its privilege separation wants a folder that only a running system has: a private /run, in this process's mounts.
  const sshd = 'mount -t tmpfs run /run && mkdir /run/sshd && exec /usr/sbin/sshd -D -e -f "$0"'
  return [
    await host.spawn('nginx', ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')]),
    await host.spawn('sh', ['-c', sshd, join(folder, 'sshd_config')], { readyPattern: /listening/ }),
  ]
}

async function must(ran: Promise<{ code: number | null; stderr: string }>): Promise<void> {
  const { code, stderr } = await ran
  if (code !== 0) throw new Error(stderr)
}

const settings = (folder: string): string => `user root;
daemon off;
master_process off;
pid ${folder}/nginx.pid;
events { worker_connections 64; }
http {
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
  access_log off;
  server { listen ${ADDRESS}:8090; root ${folder}/films; autoindex on; }
  server { listen ${ADDRESS}:8091; root ${folder}/films; auth_basic "home"; auth_basic_user_file ${folder}/users; }
  server { listen ${ADDRESS}:8092; return 301 http://${ADDRESS}:9999/; }
  server { listen ${ADDRESS}:8093; server_name ${ADDRESS}; return 200 "hello"; }
  server { listen ${ADDRESS}:8093 default_server; server_name _; return 403; }
  server { listen ${ADDRESS}:8094 ssl; ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem; }
}
`
