/** What every registry must do, whatever it is built on. */
import { test } from 'node:test'
import type { Check } from './contract/check.ts'
import { deviceChecks } from './contract/devices.ts'
import { linkChecks } from './contract/links.ts'
import { nameChecks } from './contract/names.ts'
import { ownerChecks } from './contract/owners.ts'
import { portChecks } from './contract/ports.ts'
import type { Registry } from './registry.ts'

/** `open` gives an empty registry and a way to open the same one again after `close`. */
export function registryContract(engine: string, open: () => { registry: Registry; reopen(): Registry; dispose(): void }): void {
  const check: Check = (title, body) => {
    test(`${engine}: ${title}`, () => {
      const opened = open()
      try {
        body(opened.registry, opened.reopen)
      } finally {
        opened.dispose()
      }
    })
  }
  for (const checks of [deviceChecks, nameChecks, linkChecks, ownerChecks, portChecks]) checks(check)
}
