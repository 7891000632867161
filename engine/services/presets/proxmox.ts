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
  guarded: { path: '/api2/json/nodes', status: [401] },
  basePath: 'root-only',
  sources: ['https://pve.proxmox.com/wiki/Web_Interface_Via_Nginx_Proxy', 'https://pve.proxmox.com/wiki/Proxmox_VE_API'],
}
