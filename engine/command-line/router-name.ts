/** `porchlight router-name`: a name for the owner's router, which updates it by itself. */
import type { RouterNameWish } from '../../protocol/model/router-name.ts'
import { withEngine } from './ask.ts'
import { command, readFlags, UsageError } from './command.ts'

const USUAL = 'router'
const TIMEOUT_MS = 20_000

export const routerName = command<{ readonly wish: RouterNameWish }>({
  usage: `router-name on [NAME]         a name for your router, which it updates by itself; prints what its form asks for
router-name show · router-name off`,
  read(args) {
    const { values, positionals } = readFlags(args, {}, true)
    return { wish: readWish(positionals), data: values.data }
  },
  run: (folder, { wish }, words) =>
    withEngine(folder, async (engine) => {
      const { rows, none, once } = words.routerName
      const made = await engine.routerName(wish, TIMEOUT_MS)
      if (made.host === null) return void process.stdout.write(`${none}\n`)
      const updateUrl = `${made.updateUrl}?hostname=<domain>&myip=<ipaddr>&myipv6=<ip6addr>`
      const addresses = [made.ipv4, made.ipv6].filter((address) => address !== null).join(' ') || '-'
      const told: [string, string][] = [
        [rows.name, made.host],
        [rows.addresses, addresses],
        [rows.updateUrl, updateUrl],
        [rows.user, USUAL],
        ...(made.password === undefined ? [] : [[rows.password, made.password] as [string, string]]),
      ]
      const width = Math.max(...told.map(([title]) => title.length))
      for (const [title, value] of told) process.stdout.write(`${title.padEnd(width)}  ${value}\n`)
      // Beside what scripts read.
      if (made.password !== undefined) process.stderr.write(`${once}\n`)
    }),
})

function readWish([action = 'show', name, ...rest]: readonly string[]): RouterNameWish {
  if (action === 'on' && rest.length === 0) return { action, name: name ?? USUAL }
  if ((action === 'show' || action === 'off') && name === undefined) return { action }
  throw new UsageError('router-name takes on and a name, show, or off')
}
