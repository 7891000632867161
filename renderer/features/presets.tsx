/** The programs that the engine knows something of: asked for once, because they do not change while it runs. */
import './presets.css'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import type { Words } from '../../languages/index.ts'
import type { PresetFacts } from '../../protocol/model/preset.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { PresetIcon } from '../ui/preset-icon.tsx'

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

/** To whom it should be open, and what is worth knowing before it is added. */
export function PresetAdvice({ preset }: { preset: PresetFacts }) {
  const words = useWords()
  const { advice, defaultLogins = [], settings = [], otherPorts = [], basePath } = preset
  const told = words.presets
  const lines = [
    told.advice[advice],
    ...defaultLogins.map(({ user, password }) => told.defaultLogin(user, password)),
    ...settings.map(({ need, where }) => told.need[need](where)),
    ...(otherPorts.length > 0 ? [told.otherPorts(otherPorts.map(({ kind, port }) => `${port} (${kind.toUpperCase()})`).join(', '))] : []),
    ...(basePath === 'root-only' ? [told.basePath[basePath]] : []),
  ]
  return (
    <div className="preset-advice">
      <PresetIcon name={preset.icon} sizePx={24} />
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  )
}
