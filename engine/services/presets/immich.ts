/** Immich, photographs. */
import type { Preset } from './preset.ts'

export const immich: Preset = {
  id: 'immich',
  name: 'Immich',
  icon: 'images',
  kind: 'http',
  port: 2283,
  recognise: { http: [{ path: '/api/server/ping', text: '"res":"pong"' }] },
  health: { path: '/api/server/ping', status: [200] },
  advice: 'own-login',
  login: 'own',
  guarded: { path: '/api/users/me', status: [401] },
  unclaimed: { path: '/api/server/config', text: '"isInitialized":false' },
  basePath: 'root-only',
  uploads: { maxBytes: 50_000 * 1024 ** 2, idleS: 600, source: 'https://docs.immich.app/administration/reverse-proxy' },
  sources: ['https://docs.immich.app/administration/reverse-proxy', 'https://api.immich.app/'],
  readOn: '2026-11-21',
}
