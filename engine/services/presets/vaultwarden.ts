/** Vaultwarden, passwords. */
import type { Preset } from './preset.ts'

export const vaultwarden: Preset = {
  id: 'vaultwarden',
  name: 'Vaultwarden',
  icon: 'vault',
  kind: 'http',
  port: 8000,
  recognise: { http: [{ path: '/', text: 'vaultwarden' }] },
  health: { path: '/alive', status: [200] },
  advice: 'own-login',
  login: 'own',
  guarded: { path: '/api/accounts/profile', status: [401] },
  basePath: 'setting',
  basePathAt: 'DOMAIN',
  settings: [
    {
      need: 'public-address',
      where: 'DOMAIN',
      // The address of its vault, as it tells its own apps.
      tells: '/api/config',
      source: 'https://github.com/dani-garcia/vaultwarden/wiki/Enabling-HTTPS',
    },
  ],
  sources: [
    'https://github.com/dani-garcia/vaultwarden/wiki/Proxy-examples',
    'https://github.com/dani-garcia/vaultwarden/wiki/Using-an-alternate-base-dir',
    'https://github.com/dani-garcia/vaultwarden/blob/main/docker/healthcheck.sh',
  ],
  readOn: '2026-11-21',
}
