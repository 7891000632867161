/** Minecraft, Bedrock edition: for consoles, telephones and Windows. */
import type { Preset } from './preset.ts'

export const minecraftBedrock: Preset = {
  id: 'minecraft-bedrock',
  name: 'Minecraft Bedrock',
  icon: 'gamepad',
  kind: 'udp',
  port: 19132,
  // Where its game goes over NetherNet (transport=nethernet, and all that clients speak from 26.60 on): players ask here by HTTP where to play, and
  // the game itself is at server-udp-ports. Only RakNet, at the UDP port, answers our ping.
  otherPorts: [{ kind: 'tcp', port: 19132 }],
  recognise: {},
  advice: 'link',
  login: 'optional',
  sources: [
    'https://learn.microsoft.com/minecraft/creator/documents/bedrockserver/server-properties',
    'https://wiki.bedrock.dev/servers/raknet',
    'https://github.com/mcstatus-io/mcutil/issues/15',
    'https://github.com/Amber-PM/Amber/wiki/NetherNet-Setup',
    'https://github.com/LiteLDev/LeviLamina/releases/tag/v26.60.1',
  ],
  readOn: '2026-11-21',
}
