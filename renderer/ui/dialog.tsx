import { lazy, Suspense, useRef } from 'react'
import type { DialogProps } from './modal.tsx'

/** Fetched when the first question is asked. */
const ModalDialog = lazy(() => import('./modal.tsx'))

/** Keeps the focus inside, gives it back to where it was, and closes by Escape. */
export function Dialog(props: DialogProps) {
  const wasOpen = useRef(false)
  if (props.isOpen) wasOpen.current = true
  return wasOpen.current ? (
    <Suspense>
      <ModalDialog {...props} />
    </Suspense>
  ) : null
}
