/** Constellation, a platform for connected programs and things. */
import type { Preset } from './preset.ts'

export const constellation: Preset = {
  id: 'constellation',
  name: 'Constellation',
  icon: 'network',
  kind: 'http',
  port: 8088,
  recognise: { http: [{ path: '/', text: 'constellation' }] },
  advice: 'own-login',
  login: 'own',
  basePath: 'undocumented',
  settings: [
    {
      // It listens through Windows' HTTP.sys, which answers by itself where the name asked for is none of those it was told to listen on.
      need: 'listen-address',
      where: 'listenUris in Constellation.Server.exe.config',
      shows: { path: '/', status: [400], text: 'Invalid Hostname' },
      source: 'https://developer.myconstellation.io/constellation-platform/constellation-server/fichier-de-configuration/',
    },
  ],
  sources: ['https://developer.myconstellation.io/constellation-platform/constellation-server/fichier-de-configuration/'],
  readOn: '2026-11-22',
}
