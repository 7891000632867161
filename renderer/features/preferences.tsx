import { type FormEvent, useId, useRef, useState } from 'react'
import type { Language } from '../../languages/index.ts'
import { TimeOfDay, type Preferences as Wishes } from '../../protocol/model/preferences.ts'
import { useEngine } from '../src/engine.ts'
import { NAMES, useSpeaking, useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Choices, Switch } from '../ui/toggles.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

const LANGUAGES = (Object.keys(NAMES) as Language[]).map((id) => ({ id, text: NAMES[id], lang: id }))
const NIGHT = { from: '22:30', to: '07:00' }

/** What its owner likes, on every device alike. */
export function Preferences({ preferences }: { preferences: Wishes }) {
  const { choose } = useSpeaking()
  const { settings } = useWords().dashboard
  const { calls } = useEngine()
  const title = useId()
  // Several wishes in a second, as by the arrow keys: while one is on its way the snapshot does not have it yet, and the next goes on from it.
  const wished = useRef<Wishes | null>(null)
  const keeping = useAction(async () => {
    try {
      for (let sent: Wishes | null = null; wished.current && sent !== wished.current; ) {
        sent = wished.current
        await calls.setPreferences(sent)
      }
    } finally {
      wished.current = null
    }
  })
  const keep = (change: Partial<Wishes>): Promise<boolean> => {
    wished.current = { ...(wished.current ?? preferences), ...change }
    return keeping.run()
  }
  const onLanguage = (id: Language | 'system') => {
    const language = id === 'system' ? null : id
    choose(language)
    void keep({ language })
  }
  const { quietHours } = preferences
  return (
    <section className="card form" aria-labelledby={title}>
      <h2 id={title} className="hidden">
        {settings.language}
      </h2>
      <Choices
        label={settings.language}
        value={preferences.language ?? 'system'}
        onChange={onLanguage}
        options={[{ id: 'system', text: settings.system }, ...LANGUAGES]}
      />
      <Switch isOn={quietHours !== null} onChange={(isOn) => void keep({ quietHours: isOn ? NIGHT : null })} help={settings.quietHelp}>
        {settings.quiet}
      </Switch>
      {quietHours && (
        <QuietHours key={`${quietHours.from} ${quietHours.to}`} hours={quietHours} onKeep={(hours) => keep({ quietHours: hours })} />
      )}
      <FailureNote failure={keeping.failure} />
    </section>
  )
}

type Hours = NonNullable<Wishes['quietHours']>

function QuietHours({ hours, onKeep }: { hours: Hours; onKeep: (hours: Hours) => Promise<boolean> }) {
  const { settings } = useWords().dashboard
  const announce = useAnnounce()
  const [typed, setTyped] = useState(hours)
  const [isChecked, setChecked] = useState(false)
  const errorOf = (text: string) => (isChecked && !TimeOfDay.safeParse(text).success ? settings.timeWrong : null)
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    const isRight = TimeOfDay.safeParse(typed.from).success && TimeOfDay.safeParse(typed.to).success
    if (isRight && (await onKeep(typed))) announce(settings.saved)
  }
  return (
    <form className="form" onSubmit={onSubmit} noValidate>
      <div className="pair">
        <Field
          label={settings.from}
          error={errorOf(typed.from)}
          value={typed.from}
          onChange={(from) => setTyped({ ...typed, from })}
          maxLength={5}
        />
        <Field label={settings.to} error={errorOf(typed.to)} value={typed.to} onChange={(to) => setTyped({ ...typed, to })} maxLength={5} />
      </div>
      <Button type="submit">{settings.save}</Button>
    </form>
  )
}
