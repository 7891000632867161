/** The desktop of a Synology NAS. */
import type { Preset } from './preset.ts'

export const synologyDsm: Preset = {
  id: 'synology-dsm',
  name: 'Synology DSM',
  icon: 'hard-drive',
  kind: 'https',
  port: 5001,
  recognise: {
    http: [
      // What it tells its own apps before they log in.
      { path: '/webapi/query.cgi?api=SYNO.API.Info&version=1&method=query&query=SYNO.API.Auth', text: '"SYNO.API.Auth":' },
      { path: '/', text: 'synology' },
    ],
    ssdp: { manufacturer: 'Synology', deviceType: 'urn:schemas-upnp-org:device:Basic:1' },
  },
  advice: 'link',
  login: 'own',
  // A path may be given to its applications, File Station and the like; of the desktop nothing is said.
  basePath: 'undocumented',
  settings: [
    {
      // It works without; only its log, and what it blocks after too many wrong passwords, is then our address.
      need: 'trusted-proxy',
      where: 'Trusted Proxies (Control Panel, Security)',
      source: 'https://www.synology.com/en-us/knowledgebase/DSM/help/DSM/AdminCenter/connection_security_security',
    },
  ],
  sources: [
    'https://synology.com/en-uk/knowledgebase/DSM/help/DSM/AdminCenter/application_appportalias',
    'https://kb.synology.com/en-global/DSM/tutorial/What_network_ports_are_used_by_Synology_services',
    'https://global.download.synology.com/download/Document/Software/DeveloperGuide/Package/FileStation/All/enu/Synology_File_Station_API_Guide.pdf',
    'https://github.com/home-assistant/core/blob/dev/homeassistant/components/synology_dsm/manifest.json',
    'https://github.com/enthec/webappanalyzer/blob/main/src/technologies/s.json',
  ],
  readOn: '2026-11-22',
}
