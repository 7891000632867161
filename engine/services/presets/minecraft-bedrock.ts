/** Minecraft, Bedrock edition: for consoles, telephones and Windows. */
import type { Preset } from './preset.ts'

export const minecraftBedrock: Preset = {
  id: 'minecraft-bedrock',
  name: 'Minecraft Bedrock',
  icon: 'gamepad',
  kind: 'udp',
  port: 19132,
  recognise: {},
  advice: 'link',
  login: 'optional',
  sources: ['https://minecraft.wiki/w/Bedrock_Dedicated_Server', 'https://minecraft.wiki/w/RakNet'],
}
