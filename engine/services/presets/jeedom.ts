/** Jeedom, home automation. */
import type { Preset } from './preset.ts'

export const jeedom: Preset = {
  id: 'jeedom',
  name: 'Jeedom',
  icon: 'house',
  kind: 'http',
  port: 80,
  recognise: { http: [{ path: '/', text: 'jeedom' }] },
  advice: 'own-login',
  login: 'own',
  // It lies where its web server has it; this tells it so.
  basePath: 'setting',
  basePathAt: 'Complement, Complément (Settings, System, Configuration, Networks)',
  // The login every new Jeedom has, and the AJAX call that its own login page makes; it writes nothing when it is refused.
  defaultLogins: [
    {
      user: 'admin',
      password: 'admin',
      path: '/core/ajax/user.ajax.php',
      form: { action: 'login', username: 'admin', password: 'admin', storeConnection: '0' },
      accepted: { status: [200], text: '"state":"ok"' },
      refused: { text: '"state":"error"' },
      source: 'https://github.com/jeedom/core/blob/master/install/install.php',
    },
  ],
  sources: [
    'https://doc.jeedom.com/en_US/core/4.4/user',
    'https://github.com/jeedom/core/blob/master/core/ajax/user.ajax.php',
    'https://github.com/jeedom/core/blob/master/docs/fr_FR/administration.md',
  ],
  readOn: '2026-11-22',
}
