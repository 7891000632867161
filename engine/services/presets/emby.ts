/** Emby, films and music. */
import type { Preset } from './preset.ts'

export const emby: Preset = {
  id: 'emby',
  name: 'Emby',
  icon: 'film',
  kind: 'http',
  port: 8096,
  recognise: {
    http: [{ path: '/web/index.html', text: '<title>Emby' }],
    // Not by its modelName: Emby Server in the source that was published, another in servers that imitate a later one.
    ssdp: { deviceType: 'urn:schemas-upnp-org:device:MediaServer:1', manufacturer: 'Emby' },
  },
  advice: 'own-login',
  login: 'own',
  guarded: { path: '/emby/Users/Query', status: [401] },
  // Its page and its API are below the one as they are below /; its WebSocket is at the other.
  basePath: 'own-path',
  basePathAt: '/emby, /embywebsocket',
  sources: [
    'https://dev.emby.media/doc/restapi/index.html',
    'https://github.com/linuxserver/reverse-proxy-confs/blob/master/emby.subfolder.conf.sample',
    'https://github.com/jellyfin/jellyfin/issues/337',
    'https://support.emby.media/support/articles/Connectivity.html',
    'https://dev.emby.media/reference/RestAPI/UserService/getUsersQuery.html',
    'https://github.com/MediaBrowser/Emby/blob/master/MediaBrowser.WebDashboard/dashboard-ui/index.html',
    'https://github.com/MediaBrowser/Emby/blob/master/Emby.Dlna/Server/DescriptionXmlBuilder.cs',
    'https://github.com/MediaBrowser/Emby/blob/master/Emby.Dlna/Profiles/DefaultProfile.cs',
  ],
  readOn: '2026-11-22',
}
