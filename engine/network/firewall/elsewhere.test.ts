/** Windows and macOS, by captures that were written down after their documentation, not taken there. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { darwinCommand, readDarwin } from './darwin.ts'
import type { Opening } from './finding.ts'
import { readWin32, win32Command } from './win32.ts'

const PROGRAM = 'C:\\Program Files\\Porchlight\\node.exe'
const WEB: Opening = { protocol: 'tcp', family: 'ipv4', port: 24443 }
const KEY = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy'
const profiles = (...on: number[]) =>
  ['DomainProfile', 'PublicProfile', 'StandardProfile']
    .map((name, index) => `\r\n${KEY}\\${name}\r\n    EnableFirewall    REG_DWORD    0x${on[index]}\r\n`)
    .join('')
const rules = (...lines: string[]) =>
  `\r\n${KEY}\\FirewallRules\r\n${lines.map((line, index) => `    {7B5C-${index}}    REG_SZ    v2.31|${line}|\r\n`).join('')}`
const APP = `App=${PROGRAM}`

describe('Windows Defender Firewall', () => {
  const rows: [string, string, string, Opening, string][] = [
    ['off', profiles(0, 0, 0), rules(), WEB, 'off'],
    [
      'on, and never heard of us',
      profiles(1, 1, 1),
      rules('Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|App=System|Name=x'),
      WEB,
      'drops',
    ],
    [
      'lets our program in',
      profiles(1, 1, 1),
      rules(`Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Private|${APP}|Name=node`),
      WEB,
      'passes',
    ],
    [
      '"Cancel" was pressed',
      profiles(1, 1, 1),
      rules(`Action=Allow|Active=TRUE|Dir=In|Protocol=6|${APP}`, `Action=Block|Active=TRUE|Dir=In|Protocol=6|${APP}`),
      WEB,
      'drops',
    ],
    ['for the other protocol', profiles(1, 1, 1), rules(`Action=Allow|Active=TRUE|Dir=In|Protocol=17|${APP}`), WEB, 'drops'],
    ['switched off', profiles(1, 1, 1), rules(`Action=Allow|Active=FALSE|Dir=In|Protocol=6|${APP}`), WEB, 'drops'],
    ['going out', profiles(1, 1, 1), rules(`Action=Allow|Active=TRUE|Dir=Out|Protocol=6|${APP}`), WEB, 'drops'],
    [
      'a port for everybody',
      profiles(1, 1, 1),
      rules('Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|LPort2_10=24000-25000|Name=x'),
      WEB,
      'passes',
    ],
    ['another program', profiles(1, 1, 1), rules('Action=Allow|Active=TRUE|Dir=In|Protocol=6|App=C:\\other.exe'), WEB, 'drops'],
    ['everything for a service', profiles(1, 1, 1), rules('Action=Allow|Active=TRUE|Dir=In|Svc=x|Name=y'), WEB, 'drops'],
    ['garbage', 'nothing', '\u0000|||', WEB, 'off'],
  ]
  for (const [name, on, list, opening, expected] of rows) test(name, () => assert.equal(readWin32(on, list, opening, PROGRAM), expected))
  test('the command is for our program, this protocol and this port', () =>
    assert.equal(
      win32Command({ ...WEB, protocol: 'udp' }, PROGRAM),
      `netsh advfirewall firewall add rule name="Porchlight UDP 24443" dir=in action=allow program="${PROGRAM}" protocol=UDP localport=24443`,
    ))
})

describe('the application firewall of macOS', () => {
  const ON = 'Firewall is enabled. (State = 1)\n'
  const NOT_ALL = 'Firewall has block all state set to disabled.\n'
  const rows: [string, string, string, string][] = [
    ['Firewall is disabled. (State = 0)\n', NOT_ALL, '', 'off'],
    [ON, NOT_ALL, 'Incoming connection to the application is permitted \n', 'passes'],
    [ON, NOT_ALL, 'Incoming connection to the application is blocked \n', 'drops'],
    [ON, NOT_ALL, 'The application is not part of the firewall\n', 'unknown'],
    ['Firewall is blocking all non-essential incoming connections. (State = 2)\n', '', '', 'drops'],
    [ON, 'Firewall has block all state set to enabled.\n', 'Incoming connection to the application is permitted \n', 'drops'],
    [ON, 'Block all DISABLED! \n', 'Incoming connection to the application is permitted \n', 'passes'],
  ]
  for (const [state, all, app, expected] of rows)
    test(`${state.trim()} ${app.trim()}`, () => assert.equal(readDarwin(state, all, app), expected))
  test('the command is for our program', () =>
    assert.equal(
      darwinCommand('/Applications/Porchlight.app/node'),
      'sudo /usr/libexec/ApplicationFirewall/socketfilterfw --add "/Applications/Porchlight.app/node" && sudo /usr/libexec/ApplicationFirewall/socketfilterfw --unblockapp "/Applications/Porchlight.app/node"',
    ))
})
