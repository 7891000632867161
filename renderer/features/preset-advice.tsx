import './preset-advice.css'
import type { PresetFacts } from '../../protocol/model/preset.ts'
import { useWords } from '../src/language.tsx'
import { PresetIcon } from '../ui/preset-icon.tsx'

/** To whom it should be open, and what is worth knowing before it is added. */
export function PresetAdvice({ preset }: { preset: PresetFacts }) {
  const words = useWords()
  const { advice, defaultLogins = [], settings = [], otherPorts = [], basePath, basePathAt = '' } = preset
  const told = words.presets
  const lines = [
    told.advice[advice],
    ...defaultLogins.map(({ user, password }) => told.defaultLogin(user, password)),
    ...settings.map(({ need, where }) => told.need[need](where)),
    ...(otherPorts.length > 0 ? [told.otherPorts(otherPorts.map(({ kind, port }) => `${port} (${kind.toUpperCase()})`).join(', '))] : []),
    ...(basePath ? [told.basePath[basePath](basePathAt)] : []),
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
