/** A shell on another computer. */
import type { Preset } from './preset.ts'

export const ssh: Preset = {
  id: 'ssh',
  name: 'SSH',
  icon: 'terminal',
  kind: 'tcp',
  port: 22,
  recognise: { banner: 'SSH-2.0-', mdns: ['_ssh._tcp', '_sftp-ssh._tcp'] },
  advice: 'link',
  login: 'own',
  sources: [
    'https://www.rfc-editor.org/rfc/rfc4253',
    'https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.xhtml',
  ],
  readOn: '2026-11-21',
}
