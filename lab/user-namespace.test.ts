import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from './eventually.ts'
import { launch } from './process.ts'

const enter = join(import.meta.dirname, 'enter-user-namespace.ts')

/** As an ordinary user where there is one who can read this folder; else (run by an ordinary user already, or checked out in
 *  root's own folder) as whoever we are: the user namespace then still has a single user and none of our rights outside. */
function ordinaryUser(): string[] {
  const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
  const canRead = spawnSync('setpriv', [
    ...nobody.slice(1),
    process.execPath,
    '-e',
    `require('node:fs').readFileSync(${JSON.stringify(enter)})`,
  ])
  return canRead.status === 0 ? nobody : []
}

const SCENARIO = `
  import { createLab } from ${JSON.stringify(join(import.meta.dirname, 'lab.ts'))}
  const lab = await createLab()
  await lab.startNginx('home', { address: lab.addresses.home.ipv4, text: 'served by nobody' })
  const { upnpDescription, wan, home, acmeDirectory } = lab.addresses
  await lab.host('home').exec('upnpc', ['-u', upnpDescription, '-a', home.ipv4, '8080', '9001', 'TCP', '3600'])
  const page = await lab.host('visitor').exec('curl', ['-sS', '--max-time', '20', 'http://' + wan.ipv4 + ':9001/'])
  const acme = await lab.host('home').exec('curl', ['-sS', '--max-time', '20', '--cacert', lab.caFile, acmeDirectory])
  console.log('page:', page.stdout, page.stderr, 'acme:', acme.stdout.includes('newOrder'), acme.stderr)
  await lab.close()`

test('an ordinary user has the whole lab in a user namespace', async () => {
  const script = ['--input-type=module-typescript', '-e', SCENARIO]
  const child = await launch([...ordinaryUser(), process.execPath, enter, process.execPath, ...script])
  await child.waitForOutput(/page: served by nobody\s+acme: true/)
  assert.equal((await child.exited).code, 0, child.stderr())
})

test('its exit code comes out, and ending it ends everything inside', async () => {
  const failing = await launch([process.execPath, enter, 'sh', '-c', 'exit 7'])
  assert.equal((await failing.exited).code, 7)
  const lasting = await launch([process.execPath, enter, 'sh', '-c', 'sleep 987654 & echo started; wait'])
  await lasting.waitForOutput(/started/)
  lasting.kill('SIGTERM')
  assert.equal((await lasting.exited).code, 137)
  await eventually(() => assert.deepEqual(processesRunning('sleep 987654'), []))
})

function processesRunning(commandLine: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').startsWith(commandLine)
    } catch {
      return false
    }
  })
}
