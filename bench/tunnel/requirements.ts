import { missingPackages } from '../../lab/requirements.ts'

/** What the tunnel is compared with, and what that takes, each with its Debian package. */
const PROGRAMS: Readonly<Record<string, string>> = {
  cc: 'gcc',
  haproxy: 'haproxy',
  nginx: 'libnginx-mod-stream',
  openvpn: 'openvpn',
  pagekite: 'pagekite',
  ss: 'iproute2',
  ssh: 'openssh-client',
  sshd: 'openssh-server',
  taskset: 'util-linux',
}

/** Throws when this machine cannot hold the comparison. */
export function requirePeers(): void {
  const missing = missingPackages(undefined, PROGRAMS)
  if (missing.length > 0) throw new Error(`the bench needs more programs; on Debian: apt-get install ${missing.join(' ')}`)
  // sshd changes to users that a user namespace of one user does not have, and TUN devices belong to the machine's administrator.
  if (process.geteuid?.() !== 0) throw new Error('the bench needs root')
}
