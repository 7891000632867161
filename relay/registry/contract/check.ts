import type { Registry, RegistryErrorCode } from '../registry.ts'

/** One claim, made of an empty registry; `reopen` opens the same one again after `close`. */
export type Check = (title: string, body: (registry: Registry, reopen: () => Registry) => void) => void

export const NOW = 1_800_000_000_000
export const fails = (code: RegistryErrorCode) => ({ name: 'RegistryError', code })
