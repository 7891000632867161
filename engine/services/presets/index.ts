/** Every preset, by its id. */
import { jamulus } from './jamulus.ts'
import type { Preset } from './preset.ts'

export const PRESETS: ReadonlyMap<string, Preset> = new Map([jamulus].map((preset) => [preset.id, preset]))
