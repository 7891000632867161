/** Plex Media Server, films and music. */
import type { Preset } from './preset.ts'

export const plex: Preset = {
  id: 'plex',
  name: 'Plex',
  icon: 'film',
  kind: 'http',
  port: 32400,
  recognise: {
    http: [{ path: '/identity', text: 'machineIdentifier=' }],
    mdns: ['_plexmediasvr._tcp'],
    // Its DLNA server, which answers at 32469 and names no page. A tuner made for it may name the same manufacturer.
    ssdp: { manufacturer: 'Plex, Inc.', modelName: 'Plex Media Server' },
  },
  health: { path: '/identity', status: [200] },
  advice: 'own-login',
  login: 'own',
  guarded: { path: '/library/sections', status: [401] },
  unclaimed: { path: '/identity', text: 'claimed="0"' },
  basePath: 'root-only',
  settings: [
    {
      // Its apps look for the server at the addresses that it has told Plex; without this one they do not come through us.
      need: 'public-address',
      where: 'Custom server access URLs (Settings, Network)',
      source: 'https://support.plex.tv/articles/200430283-network/',
    },
  ],
  sources: [
    'https://support.plex.tv/articles/200430283-network/',
    'https://support.plex.tv/articles/206225077-how-to-use-secure-server-connections/',
    'https://support.plex.tv/articles/201543147-what-network-ports-do-i-need-to-allow-through-my-firewall/',
    'https://pub.dev/documentation/dart_plex/latest/topics/Server-topic.html',
    'https://github.com/videolan/vlc-ios/blob/master/SharedSources/ServerBrowsing/Plex/VLCLocalNetworkServiceBrowserPlex.m',
  ],
  readOn: '2026-11-22',
}
