import './dialog.css'
import { type ReactNode, useEffect, useState } from 'react'
import { Dialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'

export interface DialogProps {
  /** `alertdialog` asks a question that must be answered; a press beside it does not close it. */
  role?: 'dialog' | 'alertdialog'
  title: string
  isOpen: boolean
  onClose: () => void
  children: ReactNode
  /** Buttons, below. */
  actions: ReactNode
}

/** See dialog.tsx. */
export default function ModalDialog({ role = 'dialog', title, isOpen, onClose, children, actions }: DialogProps) {
  return (
    <ModalOverlay className="curtain" isOpen={isOpen} onOpenChange={(open) => open || onClose()} isDismissable={role === 'dialog'}>
      <Modal className="modal">
        <ReturnFocus />
        <Dialog className="ask" role={role}>
          <Heading slot="title">{title}</Heading>
          <div className="said">{children}</div>
          <div className="actions">{actions}</div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

/** To where it was, in the same turn: React Aria waits for the next frame, and whatever key is pressed until then would go nowhere. */
function ReturnFocus() {
  const [before] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && document.activeElement === document.body) before.focus()
    },
    [before],
  )
  return null
}
