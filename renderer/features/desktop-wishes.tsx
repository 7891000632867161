import { useId } from 'react'
import type { DesktopWishes as Wishes } from '../../protocol/desktop.ts'
import { useDesktop, wish } from '../src/desktop.ts'
import { useWords } from '../src/language.tsx'
import { Button } from '../ui/button.tsx'
import { Switch } from '../ui/toggles.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

const SWITCHES = ['startAtLogin', 'notifications', 'keepAwake', 'lockKeys', 'updates'] as const satisfies readonly (keyof Wishes)[]

/** What its owner wants of the app on this very computer; nothing in a browser. */
export function DesktopWishes() {
  const { settings } = useWords().dashboard
  const desktop = useDesktop()
  const title = useId()
  const wishing = useAction(wish)
  const quitting = useAction(() => window.porchlight?.ask({ do: 'quit' }) ?? Promise.resolve())
  if (!desktop) return null
  const { wishes, update, hasTray } = desktop
  return (
    <section className="card form" aria-labelledby={title}>
      <h2 id={title}>{settings.app}</h2>
      {SWITCHES.map((name) => (
        <Switch
          key={name}
          isOn={wishes[name]}
          onChange={(isOn) => void wishing.run({ [name]: isOn })}
          isDisabled={name === 'updates' && update.phase === 'unavailable'}
          {...(name === 'keepAwake' && { help: settings.keepAwakeHelp })}
          {...(name === 'lockKeys' && { help: settings.lockKeysHelp })}
        >
          {settings[name]}
        </Switch>
      ))}
      {update.version !== null && (update.phase === 'ready' || update.phase === 'waiting') && (
        <p>
          {settings.update} ({update.version})
        </p>
      )}
      {!hasTray && <Button onPress={() => void quitting.run()}>{settings.quit}</Button>}
      <FailureNote failure={wishing.failure ?? quitting.failure} />
    </section>
  )
}
