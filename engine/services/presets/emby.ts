/** Emby, films and music. */
import type { Preset } from './preset.ts'

export const emby: Preset = {
  id: 'emby',
  name: 'Emby',
  icon: 'film',
  kind: 'http',
  port: 8096,
  recognise: { http: [{ path: '/web/index.html', text: '<title>Emby' }] },
  advice: 'own-login',
  login: 'own',
  guarded: { path: '/emby/Users', status: [401] },
  sources: ['https://emby.media/support/articles/Secure-Your-Server.html'],
}
