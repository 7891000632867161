/** Valheim, a game. */
import type { Preset } from './preset.ts'

export const valheim: Preset = {
  id: 'valheim',
  name: 'Valheim',
  icon: 'gamepad',
  kind: 'udp',
  port: 2456,
  // The port that Steam asks, always the next one.
  otherPorts: [{ kind: 'udp', port: 2457 }],
  recognise: {},
  advice: 'open',
  login: 'own',
  sources: [
    'https://valheim.com/support/a-guide-to-dedicated-servers/',
    'https://valheim.fandom.com/wiki/Dedicated_servers',
    'https://github.com/lloesche/valheim-server-docker/discussions/32',
  ],
  readOn: '2026-11-21',
}
