/** Minecraft, Java edition: a TCP port, which is there when it takes a connection. */
import type { Preset } from './preset.ts'

export const minecraft: Preset = { id: 'minecraft', kind: 'tcp', usualPort: 25565 }
