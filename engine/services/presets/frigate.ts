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
  basePath: 'setting',
  basePathAt: 'FRIGATE_BASE_PATH',
  sources: [
    'https://docs.frigate.video/configuration/authentication/',
    'https://github.com/blakeblackshear/frigate/blob/dev/docs/docs/configuration/advanced/system.md',
  ],
  readOn: '2026-11-22',
}
