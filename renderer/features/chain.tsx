import '../ui/stones.css'
import './chain.css'
import { House, type LucideIcon, Router, Server, Users } from 'lucide-react'
import { describeDetour, type FirstWords } from '../../languages/index.ts'
import { type Light, lightOfService, type Snapshot } from '../../protocol/snapshot.ts'
import { useFirstWords } from '../src/language.tsx'
import { ICON_PX } from '../ui/button.tsx'

type RouterIs = keyof FirstWords['page']['chain']['routerIs']
type RelayIs = keyof FirstWords['page']['chain']['relayIs']

type Way = 'direct' | 'relayed' | null

/** The way visitors take now. A light that only says that somebody must act does not close it. */
function wayOf({ services }: Snapshot, light: Light): Way {
  if (light === 'reachable') return 'direct'
  if (light === 'relayed') return 'relayed'
  if (light !== 'needs-you') return null
  const good = services.filter(({ state }) => state === 'reachable').map(lightOfService)
  return good.includes('relayed') ? 'relayed' : good.includes('reachable') ? 'direct' : null
}

/** How the router and the relay stand, from what was proven outside. */
function standings({ services, relay }: Snapshot, way: Way): { router: RouterIs; relay: RelayIs } {
  const paths = services.flatMap((service) => service.paths).filter(({ rung }) => rung !== 'tunnel')
  const open = paths.some(({ phase }) => phase === 'confirmed')
  const closed = way === 'relayed' || paths.some(({ phase }) => phase === 'blocked')
  const connected = way === 'relayed' ? 'carrying' : 'ready'
  return {
    router: open ? 'open' : closed ? 'closed' : 'unknown',
    relay: { none: 'none', connecting: 'connecting', connected, waiting: 'closed', refused: 'closed' }[relay.state] as RelayIs,
  }
}

/** With several relays, which one it is. */
const nameOf = ({ relay, relays }: Snapshot, relayWord: string): string =>
  relays.length > 1 && relay.url !== null ? `${relayWord} ${new URL(relay.url).host}` : relayWord

/** Stepping stones from the house to the visitor; lit while visitors step on them. */
export function Chain({ snapshot, light }: { snapshot: Snapshot; light: Light }) {
  const words = useFirstWords()
  const { chain } = words.page
  const way = wayOf(snapshot, light)
  const { router, relay } = standings(snapshot, way)
  const { transport, rttMs } = snapshot.relay
  const stones: { icon: LucideIcon; where: string; how?: string }[] = [
    { icon: House, where: chain.home },
    { icon: Router, where: chain.router, how: chain.routerIs[router] },
    // The direct way does not touch the relay.
    ...(way === 'direct'
      ? []
      : [
          {
            icon: Server,
            where: nameOf(snapshot, chain.relay),
            how: chain.relayIs[relay] + describeDetour(transport, words) + (rttMs === null ? '' : chain.delay(rttMs)),
          },
        ]),
    { icon: Users, where: chain.visitors },
  ]
  return (
    <ol className={way ? 'stones chain taken' : 'stones chain'} aria-label={chain.label}>
      {stones.map(({ icon: Icon, where, how }) => (
        <li key={where} className="stone">
          <span className="ground">
            <Icon size={ICON_PX} aria-hidden="true" />
          </span>
          <span className="where">{where}</span>
          {how && <span>{how}</span>}
        </li>
      ))}
    </ol>
  )
}
