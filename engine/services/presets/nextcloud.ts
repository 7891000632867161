/** Nextcloud, files, calendars and more. */
import type { Preset } from './preset.ts'

export const nextcloud: Preset = {
  id: 'nextcloud',
  name: 'Nextcloud',
  icon: 'cloud',
  kind: 'http',
  port: 80,
  recognise: {
    http: [
      { path: '/status.php', text: '"productname":"Nextcloud"' },
      { path: '/', text: 'nextcloud' },
    ],
  },
  health: { path: '/status.php', status: [200], text: '"maintenance":false' },
  advice: 'own-login',
  login: 'own',
  unclaimed: { path: '/status.php', text: '"installed":false' },
  basePath: 'setting',
  basePathAt: 'overwritewebroot (config/config.php)',
  settings: [
    {
      // Whatever its language, the page that refuses names the setting.
      need: 'trusted-name',
      where: 'trusted_domains (config/config.php)',
      shows: { path: '/', status: [400], text: 'trusted_domains' },
      source: 'https://docs.nextcloud.com/server/latest/admin_manual/installation/installation_wizard.html',
    },
    {
      need: 'trusted-proxy',
      where: 'trusted_proxies, overwriteprotocol (config/config.php)',
      source: 'https://docs.nextcloud.com/server/latest/admin_manual/configuration_server/reverse_proxy_configuration.html',
    },
  ],
  uploads: {
    maxBytes: 16 * 1024 ** 3,
    idleS: 3600,
    source: 'https://docs.nextcloud.com/server/latest/admin_manual/configuration_files/big_file_upload_configuration.html',
  },
  sources: [
    'https://docs.nextcloud.com/server/latest/admin_manual/configuration_server/reverse_proxy_configuration.html',
    'https://docs.nextcloud.com/server/latest/admin_manual/installation/installation_wizard.html',
  ],
  readOn: '2026-11-21',
}
