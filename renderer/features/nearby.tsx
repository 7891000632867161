import '../ui/entry.css'
import './nearby.css'
import { Plus, Search, Square } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Discovery, FoundProgram } from '../../protocol/model/discovery.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

const NOTHING: Discovery = { done: true, found: [] }

/** What runs at home, looked for when its owner asks, and added by one press. */
export function Nearby({ services }: { services: readonly ServiceView[] }) {
  const { discovery } = useWords()
  const { watch } = useEngine()
  const announce = useAnnounce()
  const [seen, setSeen] = useState<Discovery | null>(null)
  const stop = useRef<(() => void) | null>(null)
  const isLooking = seen?.done === false
  const heading = useRef<HTMLHeadingElement>(null)
  const end = useCallback(() => {
    stop.current?.()
    stop.current = null
  }, [])
  useEffect(() => end, [end])
  const look = () => {
    setSeen({ done: false, found: [] })
    announce(discovery.looking)
    stop.current = watch(
      'discover',
      {},
      (now) => {
        setSeen(now)
        if (!now.done) return
        announce(now.found.length === 0 ? discovery.nothing : discovery.found(now.found.length))
        end()
      },
      () => setSeen((now) => ({ ...(now ?? NOTHING), done: true })),
    )
  }
  const enough = () => {
    end()
    setSeen((now) => ({ ...(now ?? NOTHING), done: true }))
  }
  return (
    <section className="card form nearby" aria-labelledby="nearby">
      <h2 id="nearby" ref={heading} tabIndex={-1}>
        {discovery.heading}
      </h2>
      <p>{discovery.explain}</p>
      {seen && seen.found.length > 0 && (
        <ul>
          {seen.found.map((one) => (
            <li key={one.target}>
              <Found one={one} services={services} onAdded={() => heading.current?.focus()} />
            </li>
          ))}
        </ul>
      )}
      {seen?.done && seen.found.length === 0 && <p>{discovery.nothing}</p>}
      <Button icon={isLooking ? Square : Search} onPress={isLooking ? enough : look}>
        {isLooking ? discovery.stop : discovery.look}
      </Button>
    </section>
  )
}

function Found({ one, services, onAdded }: { one: FoundProgram; services: readonly ServiceView[]; onAdded: () => void }) {
  const words = useWords()
  const { discovery, page } = words
  const { calls } = useEngine()
  const announce = useAnnounce()
  const { target, name, preset, title, machine } = one
  // Its name may have been taken since it was found.
  const free = services.some((service) => service.name === name) ? `${name}-2` : name
  const adding = useAction(() =>
    calls.addService({ name: free, target, ...(preset && preset.confidence !== 'guess' && { preset: preset.id }) }),
  )
  const service = services.find((each) => each.target === target)?.name ?? one.service
  const program = preset ? preset.name + (preset.confidence === 'sure' ? '' : discovery.confidence[preset.confidence]) : title || target
  const add = async () => {
    if (!(await adding.run())) return
    // The button that had the focus is gone.
    onAdded()
    announce(page.services.added(free))
  }
  return (
    <div className="entry">
      <span>
        <strong>{program}</strong> {discovery.on(machine ?? discovery.here)}
        <br />
        <span className="mono">{target}</span>
      </span>
      {service !== null ? (
        <span>{discovery.added(service)}</span>
      ) : (
        <Button icon={Plus} busy={adding.busy} onPress={add}>
          {discovery.add}
          <span className="hidden"> {page.services.of(program)}</span>
        </Button>
      )}
      <FailureNote failure={adding.failure} />
    </div>
  )
}
