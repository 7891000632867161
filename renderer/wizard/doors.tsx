import { KeyRound, Server, Unplug } from 'lucide-react'
import { Label } from 'react-aria-components/Label'
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup'
import { describeProblem, type Words } from '../../languages/index.ts'
import { looksLikeRelayCode, parseRelayCode, type RelayCode } from '../../protocol/model/relay-code.ts'
import type { Door } from '../../protocol/model/setup.ts'
import { problem } from '../../protocol/problem.ts'
import { useWords } from '../src/language.tsx'
import { Field } from '../ui/field.tsx'
import { OwnRelay } from './own-relay.tsx'

const ICONS = { code: KeyRound, own: Server, direct: Unplug } as const
const DOORS = Object.keys(ICONS) as Door[]

/** Why this cannot be joined, in words for beside the field; null: it can be tried. */
export function codeError(typed: string, words: Words): string | null {
  const text = typed.trim()
  if (text === '') return words.wizard.doors.missing
  if (!looksLikeRelayCode(text) || parseRelayCode(text)) return null
  const { title, remedy } = describeProblem(problem('relay-code-invalid', {}), words)
  return `${title} ${remedy}`
}

interface CodeField {
  readonly typed: string
  readonly read: RelayCode | undefined
  readonly error: string | null
  readonly onType: (text: string) => void
}

/** How a home without a relay goes on: by somebody's relay code, by a relay of one's own, or without any. */
export function Doors({ door, onDoor, code }: { door: Door; onDoor: (door: Door) => void; code: CodeField }) {
  const { doors, ownRelay, direct } = useWords().wizard
  return (
    <section className="card doors" aria-labelledby="doors">
      <h2 id="doors">{doors.title}</h2>
      <p>{doors.lead}</p>
      <RadioGroup className="door-choice" value={door} onChange={(id) => onDoor(id as Door)}>
        <Label className="hidden">{doors.label}</Label>
        {DOORS.map((each) => {
          const Icon = ICONS[each]
          return (
            <Radio key={each} value={each} className="tile wide">
              <Icon size={20} aria-hidden="true" />
              <span>{doors[each]}</span>
            </Radio>
          )
        })}
      </RadioGroup>
      {door === 'code' && <RelayCodeField {...code} />}
      {door === 'own' && (
        <div className="behind">
          <OwnRelay />
          <p>{ownRelay.afterwards}</p>
          <RelayCodeField {...code} />
        </div>
      )}
      {door === 'direct' && (
        <div className="behind">
          <p>{direct.text}</p>
          <ul className="bullets">
            {direct.losses.map((loss) => (
              <li key={loss}>{loss}</li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}

/** What was pasted is read at once, so that its owner can compare it before anything is joined. */
function RelayCodeField({ typed, read, error, onType }: CodeField) {
  const { doors } = useWords().wizard
  return (
    <>
      <Field label={doors.field} help={doors.fieldHelp} error={error} value={typed} onChange={onType} maxLength={800} />
      {read && (
        <div className="read-code" role="status">
          <dl className="facts">
            <div>
              <dt>{doors.read}</dt>
              <dd className="mono">{read.port === 443 ? read.host : `${read.host}:${read.port}`}</dd>
            </div>
            <div>
              <dt>{doors.fingerprint}</dt>
              <dd className="mono">{fingerprintOf(read)}</dd>
            </div>
          </dl>
          <p className="muted small">{doors.compare}</p>
        </div>
      )}
    </>
  )
}

/** In groups, as it is compared by eye. */
const fingerprintOf = ({ fingerprint }: RelayCode): string =>
  (
    [...fingerprint]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('')
      .match(/.{4}/g) ?? []
  ).join(' ')
