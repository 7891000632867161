/** Frigate, cameras. */
import type { Preset } from './preset.ts'

export const frigate: Preset = {
  id: 'frigate',
  name: 'Frigate',
  icon: 'cctv',
  // The port that asks for a login; 5000 asks for none and is for other programs at home.
  kind: 'https',
  port: 8971,
  recognise: { http: [{ path: '/', text: '<title>Frigate' }] },
  advice: 'own-login',
  login: 'own',
  guarded: { path: '/api/config', status: [401] },
  sources: ['https://docs.frigate.video/configuration/authentication/'],
  readOn: '2026-11-21',
}
