import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventually } from './eventually.ts'
import { createLab } from './lab.ts'
import { labNameIn, newLabName, ownerLives } from './names.ts'
import { PERSONALITIES } from './personalities.ts'
import { type LabProcess, launch } from './process.ts'
import { sweepDeadLabs } from './sweep.ts'
import { namespacesOf, processesOf } from './tear-down.ts'

const byHand = join(import.meta.dirname, 'by-hand.ts')

/** A lab that another process holds open: that process, and the lab's name. */
async function someoneElsesLab(t: TestContext): Promise<{ owner: LabProcess; lab: string }> {
  const owner = await launch([process.execPath, byHand, 'upnp-off'])
  t.after(() => owner.stop())
  const [, namespace = ''] = await owner.waitForOutput(/ip netns exec (\S+-home) bash/)
  await owner.waitForOutput(/Ctrl-C ends the lab/)
  const lab = labNameIn(namespace) ?? ''
  assert.equal(namespacesOf(lab).length, 7)
  assert.ok(processesOf(lab).length > 0)
  return { owner, lab }
}

function assertGone(lab: string): void {
  assert.deepEqual({ namespaces: namespacesOf(lab), processes: processesOf(lab) }, { namespaces: [], processes: [] })
  assert.deepEqual(
    readdirSync('/etc/netns').filter((name) => name.startsWith(lab)),
    [],
  )
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`the lab by hand ends with ${signal}, and leaves nothing`, async (t) => {
    const { owner, lab } = await someoneElsesLab(t)
    owner.kill(signal)
    assert.deepEqual(await owner.exited, { code: 0, signal: null })
    assert.match(owner.stdout(), /The lab is gone/)
    assertGone(lab)
  })
}

test('what a killed process leaves is swept; a lab in use is not', async (t) => {
  const own = await createLab({ upnp: false })
  t.after(() => own.close())
  const { owner, lab } = await someoneElsesLab(t)
  assert.ok(!sweepDeadLabs().includes(lab))
  owner.kill('SIGKILL')
  await owner.exited
  sweepDeadLabs()
  // Another test that builds a lab just now may be the one that sweeps.
  await eventually(() => assertGone(lab))
  assert.equal(namespacesOf(own.host('home').namespace).length, 1)
})

const endings = {
  throws: { script: 'throw new Error("the scenario failed")', code: 1 },
  exits: { script: 'process.exit(4)', code: 4 },
} as const

for (const [what, { script, code }] of Object.entries(endings)) {
  test(`a process that ${what} takes its lab with it`, async () => {
    const source = `import { createLab } from ${JSON.stringify(join(import.meta.dirname, 'lab.ts'))}
      const lab = await createLab({ upnp: false })
      console.log(lab.host('home').namespace)
      ${script}`
    const owner = await launch([process.execPath, '--input-type=module-typescript', '-e', source])
    const [lab] = await owner.waitForOutput(/pl\S+-(?=home$)/m)
    assert.equal((await owner.exited).code, code)
    assertGone(lab)
  })
}

test('the lab by hand lists its personalities', async () => {
  for (const args of [['haunted'], ['toString'], []]) {
    const child = await launch([process.execPath, byHand, ...args])
    assert.equal((await child.exited).code, 2)
    const [usage, ...listed] = child.stderr().trimEnd().split('\n')
    assert.equal(usage, 'usage: npm run lab -- NAME, where NAME is one of')
    assert.deepEqual(
      listed.map((line) => line.trim().split(/ {2,}/)),
      Object.entries(PERSONALITIES).map(([name, { says }]) => [name, says]),
    )
  }
})

test('the lab by hand has faults happen that one types, and lists them', async (t) => {
  const owner = await launch([process.execPath, byHand, 'upnp-off'], { input: 'dns-down\nisp-up\n\n' })
  t.after(() => owner.stop())
  await owner.waitForOutput(/^dns-down: no name resolves/m)
  await owner.waitForOutput(/^isp-up: the provider is back/m)
  await owner.waitForOutput(/^what can happen:\n {2}router-reboot /m)
})

test("a lab's name tells whether its owner lives", async () => {
  const name = newLabName()
  assert.equal(labNameIn(`${name}router`), name)
  assert.equal(labNameIn('plexmediaserver'), undefined)
  assert.equal(ownerLives(name), true)
  // The same process number with another start time belongs to somebody else.
  assert.equal(ownerLives(`pl${process.pid}-1-1-`), false)
  const gone = spawn('true')
  await eventually(() => gone.exitCode === 0)
  assert.equal(ownerLives(`pl${gone.pid}-1-1-`), false)
})
