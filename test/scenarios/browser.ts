/** A real Chromium on one machine of the lab, which trusts what the lab's authorities signed. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import type { Host, Lab } from '../../lab/lab.ts'
import { launchChromium } from '../fakes/chromium.ts'

/** `roots`: PEM files; `flags`: more of Chromium's own. The profile is gone with the lab; close the browser before it. */
export async function openBrowser(lab: Lab, host: Host, roots: readonly string[], ...flags: string[]): Promise<Browser> {
  const folder = join(lab.dir, `browser-${host.name}`)
  const store = join(folder, '.pki', 'nssdb')
  mkdirSync(store, { recursive: true })
  await host.exec('certutil', ['-d', `sql:${store}`, '-N', '--empty-password'])
  for (const [index, file] of roots.entries())
    await host.exec('certutil', ['-d', `sql:${store}`, '-A', '-t', 'C,,', '-n', `lab ${index}`, '-i', file])
  // Playwright speaks to the browser through pipes, which survive the change of namespace.
  const start = join(folder, 'chromium')
  writeFileSync(start, `#!/bin/sh\nexec ip netns exec ${host.namespace} chromium "$@"\n`)
  chmodSync(start, 0o755)
  return await launchChromium(['--disable-quic', ...flags], { through: start, env: { HOME: folder } })
}
