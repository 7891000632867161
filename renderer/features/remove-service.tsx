import { Trash2 } from 'lucide-react'
import { useWords } from '../src/language.tsx'
import { AskFirst } from '../ui/ask-first.tsx'

/** Asks first, because a link that others hold stops working. */
export function RemoveService({ name, onRemove, busy }: { name: string; onRemove: () => void; busy: boolean }) {
  const { remove, of, removeQuestion, removeDetail, keep } = useWords().page.services
  return (
    <AskFirst
      icon={Trash2}
      action={remove}
      of={of(name)}
      question={removeQuestion(name)}
      detail={removeDetail}
      keep={keep}
      busy={busy}
      onSure={onRemove}
    />
  )
}
