import type { Snapshot } from '../../protocol/snapshot.ts'
import { AddService } from '../features/add-service.tsx'
import { Nearby } from '../features/nearby.tsx'
import { useWords } from '../src/language.tsx'
import { ViewTitle } from '../ui/view-title.tsx'

/** The way to a new service. */
export default function Add({ snapshot }: { snapshot: Snapshot }) {
  const { shell } = useWords()
  return (
    <div className="stack narrow">
      <ViewTitle className="view-title">{shell.add}</ViewTitle>
      <AddService />
      <Nearby services={snapshot.services} />
    </div>
  )
}
