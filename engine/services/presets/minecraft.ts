/** Minecraft, Java edition: a TCP port, which is there when it takes a connection. */
import type { Preset } from './preset.ts'

export const minecraft: Preset = {
  id: 'minecraft',
  name: 'Minecraft',
  icon: 'gamepad',
  kind: 'tcp',
  port: 25565,
  recognise: {},
  advice: 'link',
  login: 'optional',
  sources: ['https://github.com/SpongePowered/SpongeDocs/blob/stable/source/server/getting-started/configuration/server-properties.rst'],
  readOn: '2026-11-21',
}
