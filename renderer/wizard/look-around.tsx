import { Search, Square } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { FoundProgram } from '../../protocol/model/discovery.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'

/** What runs at home, looked for when somebody asks, and chosen by one press. */
export function LookAround({ onStart, onChoose }: { onStart: () => void; onChoose: (found: FoundProgram) => void }) {
  const { discovery, wizard, page } = useWords()
  const { watch } = useEngine()
  const announce = useAnnounce()
  const [seen, setSeen] = useState<{ done: boolean; found: readonly FoundProgram[] } | null>(null)
  const stop = useRef<(() => void) | null>(null)
  const end = () => {
    stop.current?.()
    stop.current = null
    setSeen((now) => now && { ...now, done: true })
  }
  useEffect(() => () => stop.current?.(), [])
  const start = () => {
    onStart()
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
      end,
    )
  }
  const isLooking = seen?.done === false
  const found = seen?.found.filter(({ service }) => service === null) ?? []
  return (
    <div className="around">
      <div className="around-ask">
        <Button icon={isLooking ? Square : Search} onPress={isLooking ? end : start}>
          {isLooking ? discovery.stop : discovery.look}
        </Button>
        <p className="muted small">{discovery.explain}</p>
      </div>
      {seen?.done && found.length === 0 && <p>{discovery.nothing}</p>}
      {found.length > 0 && (
        <ul className="found" aria-label={wizard.what.foundHere}>
          {found.map((one) => (
            <li key={one.target} className="entry">
              <span>
                <strong>
                  {one.preset
                    ? one.preset.name + (one.preset.confidence === 'sure' ? '' : discovery.confidence[one.preset.confidence])
                    : one.title || one.target}
                </strong>{' '}
                {discovery.on(one.machine ?? discovery.here)}
                <br />
                <span className="mono small">{one.target}</span>
              </span>
              <Button onPress={() => onChoose(one)}>
                {wizard.what.choose}
                <span className="hidden"> {page.services.of(one.preset?.name ?? one.title ?? one.target)}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
