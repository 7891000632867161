/** What a service would show to strangers: a line on its card, everything in its view, and what must be read before its link is copied. */
import './safety.css'
import { CircleAlert, CircleCheck, Info, KeyRound, type LucideIcon, RefreshCw, TriangleAlert } from 'lucide-react'
import { createContext, type ReactNode, useContext, useId, useState } from 'react'
import { ago } from '../../languages/format.ts'
import { describeFinding } from '../../languages/index.ts'
import { dangersOf, type Finding, type Weight } from '../../protocol/finding.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useFirstWords } from '../src/language.tsx'
import { hrefOf } from '../src/route.ts'
import { useAnnounce } from '../ui/announcer.tsx'
import { AskFirst } from '../ui/ask-first.tsx'
import { Button, ICON_PX } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

const ICONS: Record<Weight, LucideIcon> = { danger: CircleAlert, warning: TriangleAlert, note: Info, fine: CircleCheck }

export function Findings({ findings }: { findings: readonly Finding[] }) {
  const words = useFirstWords()
  const { safety } = words
  return (
    <ul className="findings">
      {findings.map((found) => {
        const { what, next } = describeFinding(found, words)
        const Icon = ICONS[found.weight]
        return (
          <li key={`${found.code} ${what}`} className={found.weight}>
            <Icon size={ICON_PX} aria-hidden="true" />
            <div>
              <p>
                <strong>{safety.weight[found.weight]}</strong> {what}
              </p>
              {found.weight !== 'fine' && (
                <p className="muted">
                  <span className="hidden">{safety.next} </span>
                  {next}
                </p>
              )}
            </div>
          </li>
        )
      })}
    </ul>
  )
}

/** One line on the card, which leads to the rest. Nothing before anybody has looked. */
export function SafetyLine({ service: { name, safety } }: { service: ServiceView }) {
  const { safety: told, page } = useFirstWords()
  if (!safety) return null
  const worst = safety.findings[0]?.weight ?? 'fine'
  const Icon = ICONS[worst]
  return (
    <div className="safety">
      <p className={worst}>
        <Icon size={ICON_PX} aria-hidden="true" />
        {told.summary[worst]}
      </p>
      <a href={hrefOf({ place: 'service', name, tab: 'overview' })}>
        {told.open}
        <span className="hidden"> {page.services.of(name)}</span>
      </a>
    </div>
  )
}

/** Everything that a look from inside found, and another look. */
export function SafetyReport({ service: { name, safety }, nowMs }: { service: ServiceView; nowMs: number }) {
  const words = useFirstWords()
  const { safety: told } = words
  const title = useId()
  if (!safety) return null
  return (
    <section className="card form" aria-labelledby={title}>
      <h2 id={title}>{told.of(name)}</h2>
      <Findings findings={safety.findings} />
      <p className="muted small">{told.checkedAt(ago(safety.atMs, nowMs, words))}</p>
      <LookAgain service={name} findings={safety.findings} />
    </section>
  )
}

function LookAgain({ service, findings }: { service: string; findings: readonly Finding[] }) {
  const { safety, page } = useFirstWords()
  const { calls } = useEngine()
  const announce = useAnnounce()
  const looking = useAction((tryDefaultLogins: boolean) => calls.checkService({ name: service, tryDefaultLogins }))
  const look = async (tryDefaultLogins: boolean) => {
    if (await looking.run(tryDefaultLogins)) announce(safety.checked(service))
  }
  const known = findings.find(({ code }) => code === 'default-login-known')
  return (
    <div>
      <div className="actions">
        <Button icon={RefreshCw} busy={looking.busy} onPress={() => void look(false)}>
          {looking.busy ? safety.checking : safety.check}
        </Button>
        {known && (
          <AskFirst
            icon={KeyRound}
            action={safety.tryLogin}
            of={page.services.of(service)}
            busy={looking.busy}
            question={safety.tryQuestion(known.facts.program ?? service)}
            detail={safety.tryDetail}
            keep={safety.keep}
            onSure={() => void look(true)}
          />
        )}
      </div>
      <FailureNote failure={looking.failure} />
    </div>
  )
}

interface Reading {
  /** There are dangers that have not been read. */
  readonly isUnread: boolean
  /** Does it at once when there is nothing to read, else once it has been read. */
  before(act: () => void): void
}

const ReadingContext = createContext<Reading>({ isUnread: false, before: (act) => act() })

export const useReadFirst = (): Reading => useContext(ReadingContext)

const keyOf = (service: string): string => `porchlight.read.${service}`
const textOf = (dangers: readonly Finding[]): string => JSON.stringify(dangers.map(({ code, facts, route }) => [code, facts, route]))

/** Storage can be forbidden (private windows); then it is asked each time. */
function wasRead(service: string, dangers: readonly Finding[]): boolean {
  try {
    return localStorage.getItem(keyOf(service)) === textOf(dangers)
  } catch {
    return false
  }
}

function remember(service: string, dangers: readonly Finding[]): void {
  try {
    localStorage.setItem(keyOf(service), textOf(dangers))
  } catch {
    // Nothing to do: see above.
  }
}

/** Whatever copies a link in here is held back once, until the dangers have been read. It never blocks who has read them. */
export function ReadFirst({ service: { name, safety }, children }: { service: ServiceView; children: ReactNode }) {
  const { safety: told } = useFirstWords()
  const [act, setAct] = useState<(() => void) | null>(null)
  const dangers = dangersOf(safety)
  const isUnread = dangers.length > 0 && !wasRead(name, dangers)
  const before = (wanted: () => void) => (isUnread ? setAct(() => wanted) : wanted())
  const close = () => setAct(null)
  const onRead = () => {
    remember(name, dangers)
    close()
    act?.()
  }
  return (
    <ReadingContext value={{ isUnread, before }}>
      {children}
      <Dialog
        role="alertdialog"
        title={told.copyQuestion(name)}
        isOpen={act !== null}
        onClose={close}
        actions={
          <>
            <Button autoFocus onPress={close}>
              {told.copyNot}
            </Button>
            <Button look="danger" onPress={onRead}>
              {told.copyAnyway}
            </Button>
          </>
        }
      >
        <Findings findings={dangers} />
      </Dialog>
    </ReadingContext>
  )
}
