/** The programs that the engine knows something of: asked for once, because they do not change while it runs. */
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import type { Words } from '../../languages/index.ts'
import type { PresetFacts } from '../../protocol/model/preset.ts'
import { useEngine } from '../src/engine.ts'

const NONE: readonly PresetFacts[] = []
const PresetsContext = createContext(NONE)

/** None where the engine is older than presets, or does not answer. */
export function Presets({ children }: { children: ReactNode }) {
  const { calls } = useEngine()
  const [presets, setPresets] = useState(NONE)
  useEffect(() => {
    calls.presets({}).then(
      (answer) => setPresets(answer.presets),
      () => setPresets(NONE),
    )
  }, [calls])
  return <PresetsContext value={presets}>{children}</PresetsContext>
}

export const usePresets = (): readonly PresetFacts[] => useContext(PresetsContext)

export const nameOf = ({ id, name }: PresetFacts, { presets }: Words): string => presets.names[id] ?? name

/** Where it usually is, if it runs on this very computer. */
export const usualTarget = ({ kind, port }: PresetFacts): string => `${kind}://localhost:${port}`
