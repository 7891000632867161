import './progress.css'
import { Label } from 'react-aria-components/Label'
import { ProgressBar } from 'react-aria-components/ProgressBar'

/** How far something is; `of` null: nobody can tell. */
export function Progress({ label, done, of }: { label: string; done: number; of: number | null }) {
  return (
    <ProgressBar className="progress" value={done} maxValue={of ?? 1} isIndeterminate={of === null}>
      {({ percentage, valueText }) => (
        <>
          <Label>{label}</Label>
          {of !== null && <span className="muted small">{valueText}</span>}
          <svg className="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
            <rect width={percentage ?? 30} height="1" className={of === null ? 'waiting' : undefined} />
          </svg>
        </>
      )}
    </ProgressBar>
  )
}
