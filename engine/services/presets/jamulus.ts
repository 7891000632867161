/** Jamulus, for playing music together. */
import { PINGS } from '../../../wire/pings.ts'
import type { Preset } from './preset.ts'

export const jamulus: Preset = { id: 'jamulus', kind: 'udp', usualPort: 22124, ping: PINGS.jamulus }
