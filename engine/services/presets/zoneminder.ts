/** ZoneMinder, cameras. */
import type { Preset } from './preset.ts'

export const zoneminder: Preset = {
  id: 'zoneminder',
  name: 'ZoneMinder',
  icon: 'cctv',
  kind: 'http',
  port: 80,
  recognise: { http: [{ path: '/zm/', text: 'zoneminder' }] },
  advice: 'own-login',
  // Off in a new installation, until OPT_USE_AUTH is switched on.
  login: 'optional',
  guarded: { path: '/zm/api/monitors.json', status: [401] },
  basePath: 'setting',
  sources: [
    'https://zoneminder.readthedocs.io/en/stable/api.html',
    'https://zoneminder.readthedocs.io/en/stable/userguide/gettingstarted.html',
  ],
}
