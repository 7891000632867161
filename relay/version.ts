import manifest from './package.json' with { type: 'json' }

/** Of this relay's programs. */
export const VERSION = manifest.version
