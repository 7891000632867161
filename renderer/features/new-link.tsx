import { Link } from 'lucide-react'
import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { Pin } from '../../protocol/model/access.ts'
import { MAX_USES } from '../../protocol/model/link.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { copyText } from '../ui/clipboard.ts'
import { Field } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { Checkbox } from '../ui/toggles.tsx'
import { FailureNote } from './failure.tsx'
import { useReadFirst } from './safety.tsx'
import { useAction } from './use-action.ts'

const DAY_MS = 86_400_000
const LASTS_MS = { never: null, day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const
type Lasts = keyof typeof LASTS_MS

/** A number, null for none, undefined for what is no number. */
function usesOf(text: string): number | null | undefined {
  if (text.trim() === '') return null
  const uses = /^\d{1,6}$/.test(text.trim()) ? Number(text) : 0
  return uses >= 1 && uses <= MAX_USES ? uses : undefined
}

export function NewLink({ service }: { service: ServiceView }) {
  const words = useWords()
  const { share } = words.page
  const { calls } = useEngine()
  const ids = useId()
  const isGated = service.access === 'link'
  const [label, setLabel] = useState('')
  const [lasts, setLasts] = useState<Lasts>('never')
  const [uses, setUses] = useState('')
  const [error, setError] = useState<string | null>(null)
  const [pin, setPin] = useState('')
  const [pinError, setPinError] = useState<string | null>(null)
  const [extra, setExtra] = useState(false)
  const [made, setMade] = useState<string | null>(null)
  const usesField = useRef<HTMLInputElement>(null)
  const pinField = useRef<HTMLInputElement>(null)
  useCopied(service, made, () => setMade(null))
  const adding = useAction(async (maxUses: number | null) => {
    const afterMs = LASTS_MS[lasts]
    const { id } = await calls.addLink({
      service: service.name,
      label: label.trim(),
      endsAtMs: afterMs === null ? null : Date.now() + afterMs,
      maxUses,
      alias: !isGated && extra,
      via: isGated && extra ? 'home' : 'relay',
      pin: isGated && pin.trim() !== '' ? pin.trim() : null,
    })
    setMade(id)
  })
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const maxUses = isGated ? usesOf(uses) : null
    setError(maxUses === undefined ? share.mostWrong(MAX_USES) : null)
    const isPin = !isGated || pin.trim() === '' || Pin.safeParse(pin.trim()).success
    setPinError(isPin ? null : words.access.pinWrong)
    if (maxUses === undefined) usesField.current?.focus()
    else if (!isPin) pinField.current?.focus()
    else if (await adding.run(maxUses)) {
      setLabel('')
      setUses('')
      setPin('')
      setLasts('never')
      setExtra(false)
    }
  }
  return (
    <form className="card form" onSubmit={onSubmit} aria-labelledby={`${ids}-add`} noValidate>
      <h2 id={`${ids}-add`}>{share.add}</h2>
      <Field label={share.label} help={share.labelHelp} error={null} value={label} onChange={setLabel} maxLength={60} />
      <Select
        label={share.ends}
        value={lasts}
        onChange={setLasts}
        options={(Object.keys(LASTS_MS) as Lasts[]).map((id) => ({ id, text: share.endsAfter[id] }))}
      />
      {isGated && (
        <>
          <Field ref={usesField} label={share.most} help={share.mostHelp} error={error} value={uses} onChange={setUses} maxLength={6} />
          <Field
            ref={pinField}
            label={words.access.pin}
            help={words.access.pinHelp}
            error={pinError}
            value={pin}
            onChange={setPin}
            maxLength={8}
          />
        </>
      )}
      <Checkbox isOn={extra} onChange={setExtra}>
        {isGated ? share.home : share.alias}
      </Checkbox>
      <FailureNote failure={adding.failure} />
      <Button type="submit" look="primary" icon={Link} busy={adding.busy}>
        {adding.busy ? share.busy : share.submit}
      </Button>
    </form>
  )
}

/** What was just made is what is wanted on the clipboard; its address comes with the next snapshot. */
function useCopied({ links }: ServiceView, made: string | null, onDone: () => void): void {
  const { share } = useWords().page
  const announce = useAnnounce()
  const { isUnread } = useReadFirst()
  const done = useRef(onDone)
  done.current = onDone
  useEffect(() => {
    const link = made === null ? undefined : links.find(({ id }) => id === made)
    if (!link) return
    done.current()
    // What is to be read first is asked where the link is copied by hand.
    const copying = link.url === null || isUnread ? Promise.reject(new Error('no address yet')) : copyText(link.url)
    copying.then(
      () => announce(share.madeAndCopied),
      () => announce(share.madeOnly),
    )
  }, [made, links, announce, share, isUnread])
}
