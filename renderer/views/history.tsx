import { History as Icon } from 'lucide-react'
import { useWords } from '../src/language.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ViewTitle } from '../ui/view-title.tsx'

/** What was. */
export default function History() {
  const { shell } = useWords()
  return (
    <div className="stack">
      <ViewTitle className="view-title">{shell.places.history}</ViewTitle>
      <EmptyState icon={Icon} text={shell.history.none} />
    </div>
  )
}
