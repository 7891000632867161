import type { LucideIcon } from 'lucide-react'
import { useState } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

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

/** A button that asks first, because others are struck too. Escape and Enter mean "keep". */
export function AskFirst({ icon, action, of, question, detail, keep, busy, onSure }: AskFirstProps) {
  const [isAsking, setAsking] = useState(false)
  const close = () => setAsking(false)
  const sure = () => {
    close()
    onSure()
  }
  return (
    <>
      <Button icon={icon} look="quiet" busy={busy} onPress={() => setAsking(true)}>
        {action}
        <span className="hidden"> {of}</span>
      </Button>
      <Dialog
        role="alertdialog"
        title={question}
        isOpen={isAsking}
        onClose={close}
        actions={
          <>
            <Button autoFocus onPress={close}>
              {keep}
            </Button>
            <Button look="danger" icon={icon} onPress={sure}>
              {action}
            </Button>
          </>
        }
      >
        <p>{detail}</p>
      </Dialog>
    </>
  )
}
