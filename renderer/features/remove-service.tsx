import { Trash2 } from 'lucide-react'
import { useId, useRef } from 'react'
import { useWords } from '../src/language.tsx'
import { Button } from '../ui/button.tsx'

/** Asks first, because a link that others hold stops working. The browser keeps the focus inside, Escape means "keep". */
export function RemoveService({ name, onRemove, busy }: { name: string; onRemove: () => void; busy: boolean }) {
  const { services } = useWords().page
  const dialog = useRef<HTMLDialogElement>(null)
  const keep = useRef<HTMLButtonElement>(null)
  const title = useId()
  const ask = () => {
    dialog.current?.showModal()
    keep.current?.focus()
  }
  const close = () => dialog.current?.close()
  const remove = () => {
    close()
    onRemove()
  }
  return (
    <>
      <Button icon={Trash2} look="quiet" busy={busy} onPress={ask}>
        {services.remove}
        <span className="hidden"> {services.of(name)}</span>
      </Button>
      <dialog ref={dialog} className="ask" aria-labelledby={title}>
        <h2 id={title}>{services.removeQuestion(name)}</h2>
        <p>{services.removeDetail}</p>
        <div className="actions">
          <Button ref={keep} onPress={close}>
            {services.keep}
          </Button>
          <Button look="danger" icon={Trash2} onPress={remove}>
            {services.remove}
          </Button>
        </div>
      </dialog>
    </>
  )
}
