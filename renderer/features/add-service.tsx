import { Plus } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { describeProblem, type Words } from '../../languages/index.ts'
import { beginsByLink } from '../../protocol/model/preset.ts'
import { parseTarget, ServiceName } from '../../protocol/model/service.ts'
import { type Problem, problem } from '../../protocol/problem.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { useCertificateQuestion } from './certificate.tsx'
import { FailureNote } from './failure.tsx'
import { nameOf, PresetAdvice, usePresets, usualTarget } from './presets.tsx'
import { useAction } from './use-action.ts'

/** The choice for what is no known program. */
const NONE = '-'

const OF_NAME: readonly string[] = ['name-invalid', 'name-taken']
const OF_TARGET: readonly string[] = [
  'target-invalid',
  'target-forbidden',
  'folder-unshowable',
  'folder-gone',
  'folder-closed',
  'preset-mismatch',
]

/** People copy an address from the browser, which hides its http://, and a folder from where they look at it. */
function completed(target: string): string {
  if (/^(\/|[a-z]:\\|\\\\)/i.test(target)) return `folder:${target}`
  return target === '' || target.includes('://') || target.startsWith('folder:') ? target : `http://${target}`
}

/** In one line, for next to a field: what is wrong and what would be right. */
function inShort(wrong: Problem, words: Words): string {
  const { title, remedy } = describeProblem(wrong, words)
  return `${title} ${remedy}`
}

function check(name: string, target: string, words: Words): { name: string | null; target: string | null } {
  const { add } = words.page
  const badName =
    name === '' ? add.nameMissing : ServiceName.safeParse(name).success ? null : inShort(problem('name-invalid', { name }), words)
  const badTarget = target === '' ? add.targetMissing : parseTarget(target) ? null : inShort(problem('target-invalid', { target }), words)
  return { name: badName, target: badTarget }
}

export function AddService() {
  const words = useWords()
  const { add, services } = words.page
  const { calls } = useEngine()
  const announce = useAnnounce()
  const [name, setName] = useState('')
  const [target, setTarget] = useState('')
  const presets = usePresets()
  const [chosen, setChosen] = useState(NONE)
  const preset = presets.find(({ id }) => id === chosen)
  const [checked, setChecked] = useState(false)
  const nameField = useRef<HTMLInputElement>(null)
  const targetField = useRef<HTMLInputElement>(null)
  const values = { name: name.trim().toLowerCase(), target: completed(target.trim()) }
  const { pinFor, question } = useCertificateQuestion()
  const submit = useAction(async () => {
    const pin = await pinFor(values.name, values.target)
    await calls.addService({ ...values, ...pin, ...(preset && { preset: preset.id }) })
  })
  const { failure } = submit
  const told = failure !== null && failure !== 'no-answer' ? failure : null
  const mine = checked ? check(values.name, values.target, words) : { name: null, target: null }
  const errors = {
    name: mine.name ?? (told && OF_NAME.includes(told.code) ? inShort(told, words) : null),
    target: mine.target ?? (told && OF_TARGET.includes(told.code) ? inShort(told, words) : null),
  }
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    const wrong = check(values.name, values.target, words)
    if (wrong.name) nameField.current?.focus()
    else if (wrong.target) targetField.current?.focus()
    else if (await submit.run()) {
      const isByLink = values.target.startsWith('folder:') || (preset && beginsByLink(preset))
      announce(`${services.added(values.name)}${isByLink ? ` ${add.byLink}` : ''}`)
      setName('')
      setTarget('')
      setChosen(NONE)
      setChecked(false)
      nameField.current?.focus()
    }
  }
  const edit = (set: (value: string) => void) => (value: string) => {
    set(value)
    submit.forget()
  }
  /** What somebody has typed himself stays. */
  const choose = (id: string) => {
    const [before, next] = [preset, presets.find((each) => each.id === id)]
    if (name === '' || name === before?.id) setName(next?.id ?? '')
    if (target === '' || (before && target === usualTarget(before))) setTarget(next ? usualTarget(next) : '')
    setChosen(id)
    submit.forget()
  }
  return (
    <section className="card add" aria-labelledby="add-service">
      <form className="form" onSubmit={onSubmit} noValidate>
        <h2 id="add-service">{add.heading}</h2>
        {presets.length > 0 && <ChooseProgram chosen={chosen} onChoose={choose} />}
        {preset && <PresetAdvice preset={preset} />}
        <div className="fields">
          <Field
            ref={nameField}
            label={add.name}
            help={add.nameHelp}
            error={errors.name}
            value={name}
            onChange={edit(setName)}
            maxLength={60}
          />
          <Field
            ref={targetField}
            label={add.target}
            help={add.targetHelp}
            error={errors.target}
            value={target}
            onChange={edit(setTarget)}
            maxLength={1100}
          />
        </div>
        <FailureNote failure={errors.name || errors.target ? null : failure} />
        <Button type="submit" look="primary" icon={Plus} busy={submit.busy}>
          {submit.busy ? add.busy : add.submit}
        </Button>
        {question}
      </form>
    </section>
  )
}

function ChooseProgram({ chosen, onChoose }: { chosen: string; onChoose: (id: string) => void }) {
  const words = useWords()
  const programs = usePresets().map((preset) => ({ id: preset.id, text: nameOf(preset, words) }))
  return (
    <Select
      label={words.presets.choose}
      help={words.presets.chooseHelp}
      value={chosen}
      onChange={onChoose}
      options={[{ id: NONE, text: words.presets.none }, ...programs]}
    />
  )
}
