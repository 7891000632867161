/** What an operating system is told so that the engine runs in the background: files and commands, as values. */
import { posix } from 'node:path'

/** The account of its own that a computer-wide engine runs under, and its data. */
export const ACCOUNT = 'porchlight'
export const SYSTEM_DATA = '/var/lib/porchlight'

export interface Wanted {
  readonly platform: NodeJS.Platform
  /** For the whole computer, from its start on; else for this account. */
  readonly system: boolean
  /** The program and what stands before `run`. */
  readonly program: readonly string[]
  readonly data: string
  readonly home: string
  readonly configHome: string | undefined
  readonly uid: number
}

export interface Installation {
  /** In this order; the last one is the service's own. */
  readonly files: readonly { readonly path: string; readonly text: string }[]
  readonly start: readonly (readonly string[])[]
  /** What may fail without harm: without it the engine ends when its account logs out. */
  readonly linger: readonly string[] | null
  /** Before the files are removed. */
  readonly stop: readonly (readonly string[])[]
  /** After that. */
  readonly forget: readonly (readonly string[])[]
}

/** Undefined where nothing can be automated: docs/headless.md has the recipe. Throws RangeError for a path that a unit cannot hold. */
export function installation(wanted: Wanted): Installation | undefined {
  if (wanted.platform === 'linux') return wanted.system ? systemUnit(wanted) : userUnit(wanted)
  if (wanted.platform === 'darwin' && !wanted.system) return launchAgent(wanted)
  return undefined
}

const UNIT = 'porchlight.service'

function userUnit({ program, data, home, configHome }: Wanted): Installation {
  const base = configHome && posix.isAbsolute(configHome) ? configHome : posix.join(home, '.config')
  const systemctl = (...args: string[]): string[] => ['systemctl', '--user', ...args]
  return {
    files: [{ path: posix.join(base, 'systemd', 'user', UNIT), text: unit(program, data, ['NoNewPrivileges=yes'], 'default.target') }],
    start: [systemctl('daemon-reload'), systemctl('enable', '--now', UNIT)],
    linger: ['loginctl', 'enable-linger'],
    stop: [systemctl('disable', '--now', UNIT)],
    forget: [systemctl('daemon-reload')],
  }
}

function systemUnit({ program, data }: Wanted): Installation {
  const place = data === SYSTEM_DATA ? ['StateDirectory=porchlight', 'StateDirectoryMode=0700'] : [`ReadWritePaths=${quoted(data)}`]
  return {
    files: [
      { path: '/etc/sysusers.d/porchlight.conf', text: `u ${ACCOUNT} - "Porchlight" ${SYSTEM_DATA}\n` },
      { path: `/etc/systemd/system/${UNIT}`, text: unit(program, data, [`User=${ACCOUNT}`, ...place, ...CONFINED], 'multi-user.target') },
    ],
    start: [
      ['systemd-sysusers', '/etc/sysusers.d/porchlight.conf'],
      ['systemctl', 'daemon-reload'],
      ['systemctl', 'enable', '--now', UNIT],
    ],
    linger: null,
    stop: [['systemctl', 'disable', '--now', UNIT]],
    forget: [['systemctl', 'daemon-reload']],
  }
}

/** The right to low ports (visitors over IPv6 come to 443 itself), and nothing beyond it. Homes are read where a folder is shown as a website. */
const CONFINED = [
  'AmbientCapabilities=CAP_NET_BIND_SERVICE',
  'CapabilityBoundingSet=CAP_NET_BIND_SERVICE',
  'NoNewPrivileges=yes',
  'ProtectSystem=strict',
  'ProtectHome=read-only',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'ProtectClock=yes',
  'ProtectControlGroups=yes',
  'ProtectHostname=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelTunables=yes',
  'RemoveIPC=yes',
  'LockPersonality=yes',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'SystemCallErrorNumber=EPERM',
  'LimitNOFILE=65536',
]

/** A stop that somebody asked for ends with 0 and lasts; wrong usage (2) is not mended by trying again. */
function unit(program: readonly string[], data: string, more: readonly string[], target: string): string {
  const start = [...program, 'run', '--data', data].map(quoted).join(' ')
  return `[Unit]
Description=Porchlight
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
ExecStart=${start}
Restart=on-failure
RestartSec=5
RestartPreventExitStatus=2
TimeoutStopSec=15
UMask=0077
${more.join('\n')}

[Install]
WantedBy=${target}
`
}

/** systemd.service(5), "Command lines": quotes with C escapes; % and $ begin something unless doubled. */
function quoted(word: string): string {
  assertPlain(word)
  return /^[\w@+=:,./-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`
}

export const LABEL = 'example.porchlight.engine'

/** launchd.plist(5). Started again when it fails, not when somebody has stopped it. */
function launchAgent({ program, data, home, uid }: Wanted): Installation {
  const path = posix.join(home, 'Library', 'LaunchAgents', `${LABEL}.plist`)
  const string = (text: string): string => `<string>${xml(text)}</string>`
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>${string(LABEL)}
  <key>ProgramArguments</key>
  <array>
${[...program, 'run', '--data', data].map((word) => `    ${string(word)}`).join('\n')}
  </array>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
  <key>ProcessType</key>${string('Background')}
  <key>Umask</key><integer>63</integer>
  <key>StandardErrorPath</key>${string(posix.join(data, 'engine.log'))}
</dict>
</plist>
`
  return {
    files: [{ path, text }],
    start: [['launchctl', 'bootstrap', `gui/${uid}`, path]],
    linger: null,
    stop: [['launchctl', 'bootout', `gui/${uid}/${LABEL}`]],
    forget: [],
  }
}

function xml(text: string): string {
  assertPlain(text)
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function assertPlain(word: string): void {
  if ([...word].some((letter) => letter < ' '))
    throw new RangeError(`a path with control characters cannot stand in a unit: ${JSON.stringify(word)}`)
}
