import { Check, Copy, Download, FileText } from 'lucide-react'
import { useId, useState } from 'react'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { copyText } from '../ui/clipboard.ts'
import { Field } from '../ui/field.tsx'
import { saveFile } from '../ui/save-file.ts'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** The log alone may be long. */
const MAKE_TIMEOUT_MS = 30_000

/** What is given to who helps: shown before it leaves this computer. */
export function SupportBundle() {
  const { bundle: told } = useWords().dashboard
  const { calls } = useEngine()
  const announce = useAnnounce()
  const id = useId()
  const [made, setMade] = useState<{ fileName: string; text: string } | null>(null)
  const [isCopied, setCopied] = useState(false)
  const making = useAction(async () => setMade(await calls.supportBundle({}, MAKE_TIMEOUT_MS)))
  const copying = useAction(async () => {
    if (!made) return
    await copyText(made.text)
    setCopied(true)
    announce(told.copied)
  })
  return (
    <section className="card form" aria-labelledby={id}>
      <h2 id={id}>{told.heading}</h2>
      <p>{told.text}</p>
      {made === null ? (
        <Button icon={FileText} busy={making.busy} onPress={() => void making.run()}>
          {making.busy ? told.busy : told.make}
        </Button>
      ) : (
        <>
          <Field label={told.label} error={null} value={made.text} onChange={() => {}} maxLength={made.text.length} lines={14} isReadOnly />
          <div className="actions">
            <Button icon={isCopied ? Check : Copy} onPress={() => void copying.run()}>
              {told.copy}
            </Button>
            <Button icon={Download} look="quiet" onPress={() => saveFile(made.fileName, made.text, 'text/plain')}>
              {told.save}
            </Button>
          </div>
        </>
      )}
      <FailureNote failure={making.failure ?? copying.failure} />
    </section>
  )
}
