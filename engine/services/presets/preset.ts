/** A known program: one file of facts each, beside this one. Its ping stands under the same id in `wire/pings.ts`, or, where only we ask it,
 *  in `../queries.ts`. */
export type { PresetFacts as Preset } from '../../../protocol/model/preset.ts'
