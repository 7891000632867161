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
  // As most distributions install it.
  basePath: 'own-path',
  basePathAt: '/zm',
  // What it has as soon as OPT_USE_AUTH is switched on. The call of its apps: a token, and no session unless one asks for it.
  defaultLogins: [
    {
      user: 'admin',
      password: 'admin',
      path: '/zm/api/host/login.json',
      form: { user: 'admin', pass: 'admin' },
      accepted: { status: [200], text: '"access_token":"' },
      refused: { status: [401] },
      source: 'https://zoneminder.readthedocs.io/en/stable/userguide/gettingstarted.html',
    },
  ],
  sources: [
    'https://zoneminder.readthedocs.io/en/stable/api.html',
    'https://zoneminder.readthedocs.io/en/stable/userguide/gettingstarted.html',
    'https://github.com/ZoneMinder/zoneminder/pull/2025',
    'https://github.com/ZoneMinder/zoneminder/issues/2253',
    'https://github.com/ZoneMinder/zoneminder/blob/master/web/api/app/Controller/AppController.php',
    'https://github.com/ZoneMinder/zoneminder/blob/master/web/skins/classic/views/login.php',
  ],
  readOn: '2026-11-22',
}
