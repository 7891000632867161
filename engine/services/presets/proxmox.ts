/** Proxmox VE, virtual machines. */
import type { Preset } from './preset.ts'

export const proxmox: Preset = {
  id: 'proxmox',
  name: 'Proxmox VE',
  icon: 'boxes',
  kind: 'https',
  port: 8006,
  recognise: { http: [{ path: '/', text: 'Proxmox Virtual Environment' }] },
  advice: 'home-only',
  login: 'own',
  // It lets a stranger wait for three seconds before it says so.
  guarded: { path: '/api2/json/nodes', status: [401] },
  basePath: 'root-only',
  sources: [
    'https://github.com/proxmox/pve-docs/blob/master/pveproxy.adoc',
    'https://github.com/proxmox/pve-manager/blob/master/www/index.html.tpl',
    'https://github.com/proxmox/pve-http-server/blob/master/src/PVE/APIServer/AnyEvent.pm',
  ],
  readOn: '2026-11-21',
}
