/** Valheim, a game. */
import type { Preset } from './preset.ts'

export const valheim: Preset = {
  id: 'valheim',
  name: 'Valheim',
  icon: 'gamepad',
  kind: 'udp',
  port: 2456,
  // The port that lists of servers ask.
  otherPorts: [{ kind: 'udp', port: 2457 }],
  recognise: {},
  advice: 'open',
  login: 'own',
  sources: ['https://valheim.fandom.com/wiki/Dedicated_servers', 'https://developer.valvesoftware.com/wiki/Server_queries'],
}
