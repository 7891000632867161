import './dialog.css'
import type { ReactNode } from 'react'
import { Dialog as AriaDialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'

interface DialogProps {
  /** `alertdialog` asks a question that must be answered; a press beside it does not close it. */
  role?: 'dialog' | 'alertdialog'
  title: string
  isOpen: boolean
  onClose: () => void
  children: ReactNode
  /** Buttons, below. */
  actions: ReactNode
}

/** Keeps the focus inside, gives it back to where it was, and closes by Escape. */
export function Dialog({ role = 'dialog', title, isOpen, onClose, children, actions }: DialogProps) {
  return (
    <ModalOverlay className="curtain" isOpen={isOpen} onOpenChange={(open) => open || onClose()} isDismissable={role === 'dialog'}>
      <Modal className="modal">
        <AriaDialog className="ask" role={role}>
          <Heading slot="title">{title}</Heading>
          <div className="said">{children}</div>
          <div className="actions">{actions}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
