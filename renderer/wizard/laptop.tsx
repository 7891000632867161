import { BatteryMedium } from 'lucide-react'
import { useEffect, useState } from 'react'
import { FailureNote } from '../features/failure.tsx'
import { useAction } from '../features/use-action.ts'
import { useDesktop, wish } from '../src/desktop.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { Switch } from '../ui/toggles.tsx'

/** Where the engine runs on a battery, it falls asleep. The app around the page can keep it awake; from a browser nobody can. */
export function Laptop() {
  const words = useWords()
  const { laptop } = words.wizard.what
  const { keepAwake } = words.dashboard.settings
  const { calls } = useEngine()
  const desktop = useDesktop()
  const [battery, setBattery] = useState<boolean | null>(null)
  const wishing = useAction(wish)
  useEffect(() => {
    calls.computer({}).then(
      (computer) => setBattery(computer.battery),
      () => setBattery(null),
    )
  }, [calls])
  if (!battery) return null
  return (
    <aside className="card aside">
      <BatteryMedium size={24} aria-hidden="true" />
      <div>
        <strong>{laptop.title}</strong>
        <p>{laptop.sleeps}</p>
        {desktop ? (
          <Switch isOn={desktop.wishes.keepAwake} onChange={(isOn) => void wishing.run({ keepAwake: isOn })} help={laptop.switchHelp}>
            {keepAwake}
          </Switch>
        ) : (
          <p>{laptop.settings}</p>
        )}
        <p>{laptop.instead}</p>
        <FailureNote failure={wishing.failure} />
      </div>
    </aside>
  )
}
