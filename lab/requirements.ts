import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import { ruleset } from './firewall-nftables.ts'
import { UNPACKED_PACKAGES } from './miniupnpd-builds.ts'
import { ORDINARY } from './router-settings.ts'
import { userNamespaceArgv } from './user-namespace.ts'

/** What the lab and the tests in it run, and the Debian package each program is in. */
const PROGRAMS: Readonly<Record<string, string>> = {
  Jamulus: 'jamulus',
  aiosmtpd: 'python3-aiosmtpd',
  'avahi-daemon': 'avahi-daemon',
  certutil: 'libnss3-tools',
  chromium: 'chromium',
  curl: 'curl',
  delv: 'bind9-dnsutils',
  dig: 'bind9-dnsutils',
  'dnssec-signzone': 'bind9-utils',
  dnsmasq: 'dnsmasq-base',
  faketime: 'faketime',
  ip: 'iproute2',
  inadyn: 'inadyn',
  'iptables-legacy-restore': 'iptables',
  jackd: 'jackd2',
  knotd: 'knot',
  miniupnpd: 'miniupnpd-nftables',
  named: 'bind9',
  natpmpc: 'natpmpc',
  nft: 'nftables',
  nginx: 'nginx-light',
  nsupdate: 'bind9-dnsutils',
  openssl: 'openssl',
  pebble: 'pebble',
  ping: 'iputils-ping',
  sshd: 'openssh-server',
  sysctl: 'procps',
  'systemd-analyze': 'systemd',
  tayga: 'tayga',
  tc: 'iproute2',
  tcpdump: 'tcpdump',
  tinyproxy: 'tinyproxy-bin',
  'transmission-daemon': 'transmission-daemon',
  unshare: 'util-linux',
  upnpc: 'miniupnpc',
}

/** Debian packages to install before the lab can run. */
export const LAB_PACKAGES: readonly string[] = [...new Set(Object.values(PROGRAMS))].sort()

export type LabCheck =
  /** `root`: here and now. `user-namespace`: in a process started through `enter-user-namespace.ts`. */
  | { ok: true; how: 'root' | 'user-namespace' }
  /** `missing`: Debian packages to install. `reason`: one sentence for people. */
  | { ok: false; missing: string[]; reason: string }

/** Can this machine hold the lab? Tries it out, in a network namespace that is gone when this returns. Never throws. */
export function checkLab(): LabCheck {
  if (process.platform !== 'linux') {
    return { ok: false, missing: [], reason: `the lab is built from Linux network namespaces, and this is ${process.platform}` }
  }
  const missing = missingPackages()
  if (missing.length > 0) {
    return { ok: false, missing, reason: `the lab needs more programs; on Debian: apt-get install ${missing.join(' ')}` }
  }
  for (const [name, folder] of Object.entries(UNPACKED_PACKAGES)) {
    const how = `apt-get download ${name} && dpkg-deb -x ${name}_*.deb ${folder}`
    if (!existsSync(folder)) return { ok: false, missing: [name], reason: `the lab needs ${name} unpacked; on Debian: ${how}` }
  }
  if (process.geteuid?.() === 0) {
    const asRoot = tryOut(['unshare', '--net', '--mount'])
    if (asRoot.ok) return { ok: true, how: 'root' }
  }
  const asUser = tryOut(userNamespaceArgv([]))
  if (asUser.ok) return { ok: true, how: 'user-namespace' }
  return { ok: false, missing: [], reason: `neither root nor a user namespace can hold a network here: ${asUser.said}` }
}

/** The packages of those programs that are in none of `folders`. */
export function missingPackages(
  folders: readonly string[] = searchFolders(),
  programs: Readonly<Record<string, string>> = PROGRAMS,
): string[] {
  const missing = Object.entries(programs).filter(([program]) => !folders.some((folder) => executable(join(folder, program))))
  return [...new Set(missing.map(([, pkg]) => pkg))].sort()
}

function searchFolders(): string[] {
  return [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'].filter((folder) => folder !== '')
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A cable, a bridge and the router's own rules: what kernels and containers tend to withhold. */
function tryOut([command = '', ...args]: string[]): { ok: boolean; said: string } {
  const probe = 'ip link add name one type veth peer name two && ip link add name lan type bridge && nft -f -'
  const { status, stderr, error } = spawnSync(command, [...args, 'sh', '-c', probe], {
    input: ruleset(ORDINARY),
    encoding: 'utf8',
    timeout: 10_000,
    env: { ...process.env, PATH: searchFolders().join(':') },
  })
  return { ok: status === 0, said: error?.message ?? stderr.trim().split('\n').at(-1) ?? '' }
}
