/** Jamulus, for playing music together. */
import type { Preset } from './preset.ts'

export const jamulus: Preset = {
  id: 'jamulus',
  name: 'Jamulus',
  icon: 'music',
  kind: 'udp',
  port: 22124,
  recognise: {},
  advice: 'open',
  login: 'none',
  sources: [
    'https://jamulus.io/wiki/Command-Line-Options',
    'https://github.com/jamulussoftware/jamulus/blob/main/docs/JAMULUS_PROTOCOL.md',
  ],
  readOn: '2026-11-21',
}
