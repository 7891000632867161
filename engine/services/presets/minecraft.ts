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
  sources: ['https://minecraft.wiki/w/Server.properties'],
}
