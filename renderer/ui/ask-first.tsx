import type { LucideIcon } from 'lucide-react'
import { useId, useRef } from 'react'
import { Button } from './button.tsx'

interface AskFirstProps {
  icon: LucideIcon
  /** What is done, and, for those who hear the page, to what. */
  action: string
  of: string
  question: string
  detail: string
  keep: string
  busy: boolean
  onSure: () => void
}

/** A button that asks first, because others are struck too. The browser keeps the focus inside, Escape means "keep". */
export function AskFirst({ icon, action, of, question, detail, keep, busy, onSure }: AskFirstProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const keeping = useRef<HTMLButtonElement>(null)
  const title = useId()
  const ask = () => {
    dialog.current?.showModal()
    keeping.current?.focus()
  }
  const close = () => dialog.current?.close()
  const sure = () => {
    close()
    onSure()
  }
  return (
    <>
      <Button icon={icon} look="quiet" busy={busy} onPress={ask}>
        {action}
        <span className="hidden"> {of}</span>
      </Button>
      <dialog ref={dialog} className="ask" aria-labelledby={title}>
        <h2 id={title}>{question}</h2>
        <p>{detail}</p>
        <div className="actions">
          <Button ref={keeping} onPress={close}>
            {keep}
          </Button>
          <Button look="danger" icon={icon} onPress={sure}>
            {action}
          </Button>
        </div>
      </dialog>
    </>
  )
}
