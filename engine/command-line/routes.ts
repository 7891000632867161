/** `porchlight route`: paths of a service that lead elsewhere at home; `porchlight proxy-protocol`: what a TCP service is told of its visitors;
 *  `porchlight upload-limit`: what they may send to a website. */
import type { Words } from '../../languages/index.ts'
import { inOrder, lead } from '../../protocol/model/route.ts'
import { MAX_UPLOAD_MB } from '../../protocol/model/service.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { adviceOn } from './access.ts'
import { serviceOf, withEngine } from './ask.ts'
import { PIN_FLAGS, type Pinning, pinOf, readPinning } from './certificate.ts'
import { command, readFlags, SWITCH, TEXT, UsageError } from './command.ts'

type Order =
  | {
      readonly act: 'add'
      readonly service: string
      readonly prefix: string
      readonly to: string
      readonly strip: boolean
      readonly pinning: Pinning
    }
  | { readonly act: 'ls'; readonly service: string; readonly json: boolean }
  | { readonly act: 'rm'; readonly service: string; readonly prefix: string }
  | { readonly act: 'test'; readonly service: string; readonly path: string }

const FITTING: Readonly<Record<Order['act'], readonly string[]>> = {
  add: ['to', 'strip', 'pin', 'accept-certificate'],
  ls: ['json'],
  rm: [],
  test: [],
}

export const route = command<Order>({
  usage: `route add NAME /PATH --to http|https://HOST:PORT [--strip] [--pin FINGERPRINT | --accept-certificate]
route ls NAME [--json] · route rm NAME /PATH
route test NAME /PATH          which of them a request would take`,
  read(args) {
    const { values, positionals } = readFlags(args, { to: TEXT, strip: SWITCH, json: SWITCH, ...PIN_FLAGS }, true)
    const [act, service, path, ...more] = positionals
    const isAct = act === 'add' || act === 'ls' || act === 'rm' || act === 'test'
    if (!isAct || service === undefined || more.length > 0 || (path === undefined) !== (act === 'ls'))
      throw new UsageError('route needs add, ls, rm or test, the name of one service, and a path (but for ls)')
    const stray = Object.keys(values).find((flag) => flag !== 'data' && !FITTING[act].includes(flag))
    if (stray !== undefined) throw new UsageError(`route ${act} does not take --${stray}`)
    const { data } = values
    if (path === undefined) return { act: 'ls', service, json: values.json === true, data }
    if (act === 'test' && !path.startsWith('/')) throw new UsageError('route test needs a path that begins with a slash')
    if (act === 'test') return { act, service, path, data }
    if (act !== 'add') return { act: 'rm', service, prefix: path, data }
    if (values.to === undefined) throw new UsageError('route add needs --to, such as --to http://192.168.1.20:8080')
    return { act, service, prefix: path, to: values.to, strip: values.strip === true, pinning: readPinning(values), data }
  },
  run: (folder, order, words) =>
    withEngine(folder, async (engine, _closed, snapshot) => {
      if (order.act === 'rm') return void (await engine.removeRoute({ service: order.service, prefix: order.prefix }))
      if (order.act === 'add') {
        const { service, prefix, to, strip } = order
        await engine.addRoute({ service, prefix, target: to, strip, ...(await pinOf(engine, service + prefix, to, order.pinning)) })
        // Beside what scripts read.
        return void process.stderr.write(`${words.routes.shared}\n`)
      }
      const view = serviceOf(await snapshot(), order.service)
      process.stdout.write(order.act === 'test' ? testText(view, order.path, words) : order.json ? listJson(view) : listText(view, words))
    }),
})

/** In the order in which they are looked at. */
const listJson = ({ routes, target }: ServiceView): string => `${JSON.stringify({ v: 1, routes: inOrder(routes), target })}\n`

function listText({ routes, target }: ServiceView, { routes: words }: Words): string {
  const rows = inOrder(routes).map((each) => [each.prefix, each.target, each.strip ? ` (${words.stripped})` : ''] as const)
  const all = [...rows, ['/', target, ` (${words.everythingElse})`] as const]
  const width = Math.max(...all.map(([prefix]) => prefix.length))
  return all.map(([prefix, to, more]) => `${prefix.padEnd(width)}  ${to}${more}\n`).join('')
}

function testText({ routes, target }: ServiceView, path: string, { routes: words }: Words): string {
  const led = lead(routes, path, true)
  if (led.kind === 'ambiguous') return `${words.refused}\n`
  return led.kind === 'redirect'
    ? `${words.redirected(led.location)}\n`
    : `${led.route?.prefix ?? '/'}  ${led.route?.target ?? target}${led.path}\n`
}

export const proxyProtocol = command<{ readonly name: string; readonly on: boolean }>({
  usage: "proxy-protocol NAME on|off    tell a TCP service its visitors' addresses (PROXY protocol v2)",
  read(args) {
    const { values, positionals } = readFlags(args, {}, true)
    const [name, to] = positionals
    if (name === undefined || (to !== 'on' && to !== 'off') || positionals.length !== 2)
      throw new UsageError('proxy-protocol needs the name of one service, and on or off')
    return { name, on: to === 'on', data: values.data }
  },
  run: (folder, wanted) => withEngine(folder, async (engine) => void (await engine.setProxyProtocol(wanted))),
})

export const way = command<{ readonly name: string; readonly on: boolean }>({
  usage: "way NAME relay|best            always through the relay: the name does not tell your home's address; or the best way",
  read(args) {
    const { values, positionals } = readFlags(args, {}, true)
    const [name, to] = positionals
    if (name === undefined || (to !== 'relay' && to !== 'best') || positionals.length !== 2)
      throw new UsageError('way needs the name of one service, and relay or best')
    return { name, on: to === 'relay', data: values.data }
  },
  run: (folder, wanted, words) =>
    withEngine(folder, async (engine, _closed, snapshot) => {
      await engine.setRelayOnly(wanted)
      process.stdout.write(adviceOn(serviceOf(await snapshot(), wanted.name), words))
    }),
})

export const uploadLimit = command<{ readonly name: string; readonly mb: number | null }>({
  usage: 'upload-limit NAME MB|off      how much a visitor may send to a website at once',
  read(args) {
    const { values, positionals } = readFlags(args, {}, true)
    const [name, to = ''] = positionals
    const mb = /^\d{1,7}$/.test(to) ? Number(to) : 0
    if (name === undefined || positionals.length !== 2 || (to !== 'off' && (mb < 1 || mb > MAX_UPLOAD_MB)))
      throw new UsageError(`upload-limit needs the name of one service, and a number of megabytes from 1 to ${MAX_UPLOAD_MB}, or off`)
    return { name, mb: to === 'off' ? null : mb, data: values.data }
  },
  run: (folder, wanted) => withEngine(folder, async (engine) => void (await engine.setUploadLimit(wanted))),
})
