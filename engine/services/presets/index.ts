/** Every preset, by its id. */
import { jamulus } from './jamulus.ts'
import { minecraft } from './minecraft.ts'
import type { Preset } from './preset.ts'

export const PRESETS: ReadonlyMap<string, Preset> = new Map([jamulus, minecraft].map((preset) => [preset.id, preset]))
