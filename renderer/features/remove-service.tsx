import { Trash2 } from 'lucide-react'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { go } from '../src/route.ts'
import { useAnnounce } from '../ui/announcer.tsx'
import { AskFirst } from '../ui/ask-first.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** Asks first, because a link that others hold stops working. Then its view is over. */
export function RemoveService({ name }: { name: string }) {
  const { remove, removed, of, removeQuestion, removeDetail, keep } = useWords().page.services
  const { calls } = useEngine()
  const announce = useAnnounce()
  const removing = useAction(() => calls.removeService({ name }))
  const onSure = async () => {
    if (!(await removing.run())) return
    go({ place: 'home' })
    announce(removed(name))
  }
  return (
    <div>
      <AskFirst
        icon={Trash2}
        action={remove}
        of={of(name)}
        question={removeQuestion(name)}
        detail={removeDetail}
        keep={keep}
        busy={removing.busy}
        onSure={() => void onSure()}
      />
      <FailureNote failure={removing.failure} />
    </div>
  )
}
