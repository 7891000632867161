/** TeamSpeak 3, for talking while playing. */
import type { Preset } from './preset.ts'

export const teamspeak: Preset = {
  id: 'teamspeak',
  name: 'TeamSpeak',
  icon: 'headphones',
  kind: 'udp',
  port: 9987,
  // Files and pictures.
  otherPorts: [{ kind: 'tcp', port: 30033 }],
  recognise: {},
  advice: 'open',
  login: 'optional',
  sources: ['https://support.teamspeak.com/hc/en-us/articles/360002712257-Which-ports-does-the-TeamSpeak-3-server-use-'],
  readOn: '2026-11-21',
}
