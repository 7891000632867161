import { useEffect, useState } from 'react'
import { isLabel, type LabelStanding, labelOf } from '../../protocol/model/label.ts'
import { useEngine } from '../src/engine.ts'

/** What is known of the name that stands in the field; null: nothing was typed. */
export type Availability = LabelStanding | { readonly state: 'checking' | 'unasked' } | null

/** Nobody types a letter faster than this who wants to read the answer, and the relay answers only so often. */
const PAUSE_MS = 400

/** Asks while somebody types. */
export function useAvailability(typed: string): Availability {
  const { calls } = useEngine()
  const [found, setFound] = useState<{ label: string; availability: Availability }>({ label: '', availability: null })
  const label = labelOf(typed)
  useEffect(() => {
    if (label === '') return
    let isOver = false
    const tell = (availability: Availability): void => {
      if (!isOver) setFound({ label, availability })
    }
    const timer = setTimeout(() => {
      if (!isLabel(label)) tell({ state: 'malformed' })
      else calls.checkName({ name: label }).then(tell, () => tell({ state: 'unasked' }))
    }, PAUSE_MS)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [label, calls])
  if (label === '') return null
  return found.label === label ? found.availability : { state: 'checking' }
}
