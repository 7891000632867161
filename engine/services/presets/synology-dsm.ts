/** The desktop of a Synology NAS. */
import type { Preset } from './preset.ts'

export const synologyDsm: Preset = {
  id: 'synology-dsm',
  name: 'Synology DSM',
  icon: 'hard-drive',
  kind: 'https',
  port: 5001,
  recognise: { http: [{ path: '/', text: 'synology' }] },
  advice: 'link',
  login: 'own',
  sources: ['https://kb.synology.com/en-global/DSM/tutorial/What_network_ports_are_used_by_Synology_services'],
}
