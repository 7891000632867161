import './router-guide.css'
import { Mail } from 'lucide-react'
import { useState } from 'react'
import { composeMessage, type Message, mailtoOf, RECIPIENTS } from '../../languages/message.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { useWords } from '../src/language.tsx'
import { Button, ICON_PX } from '../ui/button.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { CopyText } from '../wizard/copy-text.tsx'

/** The app's window opens nothing but web addresses, so it is the app that is asked there. */
function MailDraft({ text, label }: { text: Message; label: string }) {
  const { porchlight } = window
  const inside = (
    <>
      <Mail size={ICON_PX} aria-hidden="true" />
      <span>{label}</span>
    </>
  )
  if (porchlight) return <Button onPress={() => void porchlight.ask({ do: 'write-mail', ...text }).catch(() => {})}>{inside}</Button>
  return (
    <a className="button" href={mailtoOf(text)}>
      {inside}
    </a>
  )
}

/** Ready texts for whoever can do what this home cannot. */
export function AskSomebody({ snapshot }: { snapshot: Snapshot }) {
  const words = useWords()
  const { message } = words
  const [openedAtMs] = useState(() => Date.now())
  return (
    <Disclosure title={message.heading}>
      <div className="stack">
        <p>{message.lead}</p>
        {RECIPIENTS.map((to) => {
          const text = composeMessage(to, snapshot, openedAtMs, words)
          return (
            <Disclosure key={to} title={message.to[to]}>
              <div className="stack">
                <p>
                  <strong>{text.subject}</strong>
                </p>
                <p className="message-text">{text.body}</p>
                <div className="actions">
                  <CopyText text={`${text.subject}\n\n${text.body}`} label={message.copy} of={message.to[to]} copied={message.copied} />
                  <MailDraft text={text} label={message.mail} />
                </div>
              </div>
            </Disclosure>
          )
        })}
      </div>
    </Disclosure>
  )
}
