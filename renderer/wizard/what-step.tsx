import '../ui/entry.css'
import './what-step.css'
import { type FocusEvent, useEffect, useRef, useState } from 'react'
import { describeProblem, type Words } from '../../languages/index.ts'
import type { FoundProgram } from '../../protocol/model/discovery.ts'
import { parseTarget, ServiceName } from '../../protocol/model/service.ts'
import type { Setup } from '../../protocol/model/setup.ts'
import { type Problem, problem } from '../../protocol/problem.ts'
import { useCertificateQuestion } from '../features/certificate.tsx'
import { PresetAdvice } from '../features/preset-advice.tsx'
import { usePresets, usualTarget } from '../features/presets.tsx'
import { useAction } from '../features/use-action.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { FirstLookNote, needsReading, useFirstLook } from './first-look.tsx'
import { Laptop } from './laptop.tsx'
import { LookAround } from './look-around.tsx'
import { FOLDER, OTHER, Programs } from './programs.tsx'
import { StepForm, type StepProps } from './step-form.tsx'
import { completed, deedOf, forward, freeName, nameFor } from './steps.ts'
import { FOLDER_SCHEME, WhereItIs } from './where-it-is.tsx'

/** What do you want to reach? What it would show to strangers is read here, before anybody outside can come to it. */
export function WhatStep({ setup, snapshot, change, onLeave }: StepProps) {
  const words = useWords()
  const { what } = words.wizard
  const { calls } = useEngine()
  const presets = usePresets()
  const { choice } = setup
  const preset = presets.find(({ id }) => id === choice.preset)
  const [isOpen, setOpen] = useState(choice.target !== '')
  const [isFolder, setFolder] = useState(() => completed(choice.target).startsWith(FOLDER_SCHEME))
  /** As it is kept: what a person types is made whole. */
  const whole = (typed: string) =>
    completed(isFolder && !typed.startsWith(FOLDER_SCHEME) && typed.trim() !== '' ? FOLDER_SCHEME + typed.trim() : typed)
  const [error, setError] = useState<Wrong>(NO_ERROR)
  const { seen, isLooking, look, forget } = useFirstLook()
  const { pinFor, question } = useCertificateQuestion()
  const chosen = useRef<HTMLElement>(null)
  const targetField = useRef<HTMLInputElement>(null)
  const taken = snapshot.services.map(({ name }) => name).filter((name) => name !== setup.service)

  const isChosen = useRef(false)
  useEffect(() => {
    if (isChosen.current) {
      chosen.current?.scrollIntoView({ block: 'nearest' })
      // Where it is has to be typed.
      if (choice.target === '') targetField.current?.focus()
    }
    isChosen.current = false
  })
  const choose = (next: Setup['choice']) => {
    isChosen.current = true
    setOpen(true)
    setError(NO_ERROR)
    change({ ...setup, choice: next })
    forget()
    if (parseTarget(next.target)) void look(next)
  }
  const chooseProgram = (id: string) => {
    const chosen = presets.find((each) => each.id === id)
    // An ordinary website may be anywhere; so may what has no preset.
    const target = chosen && chosen.id !== 'web' ? usualTarget(chosen) : ''
    setFolder(id === FOLDER)
    choose({ preset: chosen?.id ?? null, target, name: freeName(chosen?.id ?? (id === FOLDER ? 'files' : 'web'), taken) })
  }
  const chooseFound = ({ target, name, preset: guessed }: FoundProgram) => {
    setFolder(false)
    choose({ preset: guessed && guessed.confidence !== 'guess' ? guessed.id : null, target, name: freeName(name, taken) })
  }
  const type = (changes: Partial<Setup['choice']>) => {
    setError(NO_ERROR)
    // What it is called changes nothing of what it shows.
    if (changes.target !== undefined) forget()
    change({ ...setup, choice: { ...choice, ...changes } })
  }
  /** A name that nobody chose follows the address. Whoever goes on to a button is not held up: what appears above it would move it away; and who
   *  chooses another program means that one. */
  const leaveTarget = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!(relatedTarget instanceof HTMLInputElement && currentTarget.contains(relatedTarget))) return
    const target = whole(choice.target)
    const isMadeUp = preset === undefined && /^(web|files)(-\d+)?$/.test(choice.name)
    const next = { ...choice, target, name: isMadeUp ? freeName(nameFor(target), taken) : choice.name }
    if (next.target !== choice.target || next.name !== choice.name) change({ ...setup, choice: next })
    if (parseTarget(target) && !seen && !isLooking) void look(next)
  }

  const adding = useAction(async () => {
    const wish = { ...choice, target: whole(choice.target), name: choice.name.trim().toLowerCase() }
    const deed = deedOf({ ...setup, choice: wish }, snapshot)
    if (deed.kind !== 'add') return change(forward(setup))
    const found = seen ?? (await look(wish))
    // What has not been on the screen cannot have been read.
    if (!seen && needsReading(found)) return change({ ...setup, choice: wish })
    const pin = await pinFor(wish.name, wish.target)
    if (deed.replaces !== null) await calls.removeService({ name: deed.replaces })
    const { preset: id, ...where } = wish
    await calls.addService({ ...where, ...pin, ...(id !== null && { preset: id }) })
    change(forward({ ...setup, choice: wish, service: wish.name }))
  })
  const onNext = () => {
    if (choice.target.trim() === '') {
      setError({ ...NO_ERROR, nothing: !isOpen, target: isOpen ? words.page.add.targetMissing : null })
      targetField.current?.focus()
      return
    }
    const wrong = wrongIn(whole(choice.target), choice.name.trim().toLowerCase(), taken, words)
    setError(wrong)
    if (wrong.target === null && wrong.name === null) void adding.run()
  }
  const isHeldBack = seen !== null && needsReading(seen)
  return (
    <StepForm
      {...{ setup, change, onLeave, onNext }}
      title={what.title}
      lead={what.lead}
      busy={adding.busy}
      failure={adding.failure}
      {...(isHeldBack && { next: seen.problem ? what.addAnyway : what.shareAnyway })}
    >
      <LookAround onStart={() => setError(NO_ERROR)} onChoose={chooseFound} />
      <Programs value={choice.preset ?? (isFolder ? FOLDER : isOpen ? OTHER : null)} onChoose={chooseProgram} />
      {error.nothing && (
        <p role="alert" className="tone-needs-you">
          {what.nothing}
        </p>
      )}
      {isOpen && (
        <section className="card chosen" ref={chosen}>
          {preset && <PresetAdvice preset={preset} />}
          <WhereItIs {...{ choice, isFolder, targetField }} wrong={error} onType={type} onLeave={leaveTarget} />
          <FirstLookNote seen={seen} isLooking={isLooking} onAgain={() => void look(choice)} />
        </section>
      )}
      {question}
      <Laptop />
    </StepForm>
  )
}

interface Wrong {
  readonly target: string | null
  readonly name: string | null
  readonly nothing: boolean
}

const NO_ERROR: Wrong = { target: null, name: null, nothing: false }

function wrongIn(target: string, name: string, taken: readonly string[], words: Words): Wrong {
  const inShort = (wrong: Problem): string => {
    const { title, remedy } = describeProblem(wrong, words)
    return `${title} ${remedy}`
  }
  const wrongName = (): string | null => {
    if (!ServiceName.safeParse(name).success) return inShort(problem('name-invalid', { name }))
    return taken.includes(name) ? inShort(problem('name-taken', { name })) : null
  }
  return { nothing: false, target: parseTarget(target) ? null : inShort(problem('target-invalid', { target })), name: wrongName() }
}
