// From a fresh clone to a built one, then over to the pinned Node: what npm start and npm test have in common.
import { spawn } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { install } from './install.mjs'
import { checkFolder, checkNode, findNode, root } from './machine.mjs'
import { AlreadySaid } from './say.mjs'

const parentCheckMs = 500

/** Installs and builds where needed. Returns the path of the Node to go on with. Throws Failure or AlreadySaid. */
export async function setUp() {
  checkNode(process.versions.node, process.platform, process.arch)
  await checkFolder()
  await install()
  const node = findNode()
  if ((await runOn(node, ['tools/build.mjs'])) !== 0) throw new AlreadySaid('build')
  return node
}

/** Runs a script of ours in the foreground, with the pinned Node first on PATH; answers with its exit code.
 *  SIGINT and SIGTERM are passed on and never end us first: the child decides how long its clean end takes. */
export async function runOn(node, args) {
  const child = spawn(
    node,
    ['--disable-warning=ExperimentalWarning', ...args.slice(0, 1).map((script) => join(root, script)), ...args.slice(1)],
    {
      stdio: 'inherit',
      env: { ...process.env, PATH: [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter) },
    },
  )
  const pass = (signal) => child.kill(signal)
  const unwatch = onLostParent(() => child.kill('SIGTERM'))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass)
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('exit', (...outcome) => resolve(outcome))
    child.once('error', reject)
  }).finally(() => {
    unwatch()
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, pass)
  })
  return signal === null ? code : 1
}

/** npm passes a SIGTERM to the shell between it and us, and that dies without telling us (seen with npm 11.19 and dash): services would
 *  go on with nobody to stop them. Only under npm, because a start by hand may well be meant to outlive its shell. */
function onLostParent(act) {
  if (process.env.npm_lifecycle_event === undefined) return () => {}
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    act()
  }, parentCheckMs)
  return () => clearInterval(timer)
}
