/** Jellyfin, films and music. */
import type { Preset } from './preset.ts'

export const jellyfin: Preset = {
  id: 'jellyfin',
  name: 'Jellyfin',
  icon: 'film',
  kind: 'http',
  port: 8096,
  recognise: {
    http: [{ path: '/System/Info/Public', text: '"ProductName":"Jellyfin Server"' }],
    ssdp: { manufacturer: 'Jellyfin', modelName: 'Jellyfin Server' },
  },
  health: { path: '/health', status: [200], text: 'Healthy' },
  advice: 'own-login',
  login: 'own',
  guarded: { path: '/Users', status: [401] },
  unclaimed: { path: '/System/Info/Public', text: '"StartupWizardCompleted":false' },
  basePath: 'setting',
  basePathAt: 'Base URL (Dashboard, Networking)',
  settings: [
    {
      // It works without; only its own log and its own limits then see every visitor at our address.
      need: 'trusted-proxy',
      where: 'Known proxies (Dashboard, Networking)',
      source: 'https://jellyfin.org/docs/general/post-install/networking/reverse-proxy/',
    },
  ],
  sources: [
    'https://jellyfin.org/docs/general/post-install/networking/',
    'https://jellyfin.org/docs/general/post-install/networking/reverse-proxy/',
    'https://jellyfin.org/docs/general/post-install/networking/advanced/monitoring/',
    'https://github.com/jellyfin/jellyfin/blob/master/Jellyfin.Api/Controllers/UserController.cs',
    'https://github.com/jellyfin/jellyfin/blob/master/MediaBrowser.Model/System/PublicSystemInfo.cs',
    'https://github.com/jellyfin/jellyfin/blob/a03c0cc3f57fb002cee77b291fecd5c648cdfa69/Emby.Dlna/Server/DescriptionXmlBuilder.cs',
    'https://github.com/jellyfin/jellyfin/issues/8223',
  ],
  readOn: '2026-11-21',
}
