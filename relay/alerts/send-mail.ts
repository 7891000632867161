/** An alert by mail, through the operator's own mail server. */
import { readFileSync } from 'node:fs'
import nodemailer from 'nodemailer'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { type Alert, AlertError } from './alert.ts'
import { ALERT_WORDS } from './words.ts'

export interface MailServer {
  /** Holds `smtps://USER:PASSWORD@HOST` or `smtp://…`, which turns to TLS where the server can (STARTTLS). */
  readonly urlFile: string
  readonly from: string
}

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  /** Where the recipient ends these messages with one click (RFC 8058). */
  readonly stopUrl: string
}

export type SendMail = (mail: Mail, signal: AbortSignal) => Promise<void>

const TIMEOUT_MS = 30_000

/** Throws ProblemError `file-unreadable`; what it gives throws AlertError with a code, such as `EAUTH`, `ESOCKET`, `status 550`. */
export function createMailer({ urlFile, from }: MailServer): SendMail {
  const url = readUrl(urlFile)
  const common = {
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
  return async ({ to, subject, text, stopUrl }, signal) => {
    const transport = nodemailer.createTransport({ url, ...common })
    const close = (): void => transport.close()
    signal.addEventListener('abort', close)
    try {
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        headers: {
          'Auto-Submitted': 'auto-generated',
          'List-Unsubscribe': `<${stopUrl}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        },
      })
    } catch (error) {
      const { code, responseCode } = error as { code?: string; responseCode?: number }
      throw new AlertError(responseCode === undefined ? (code ?? 'failed') : `status ${responseCode}`, { cause: error })
    } finally {
      signal.removeEventListener('abort', close)
      transport.close()
    }
  }
}

function readUrl(path: string): string {
  const unreadable = (reason: string, cause?: unknown) => new ProblemError(problem('file-unreadable', { path, reason }), { cause })
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw unreadable((error as NodeJS.ErrnoException).code ?? 'unreadable', error)
  }
  if (!/^smtps?:\/\/\S+$/.test(text) || !URL.canParse(text)) throw unreadable('not an smtp:// or smtps:// address')
  return text
}

export function mailOf({ message }: Alert, language: 'en' | 'fr', to: string, stopUrl: string): Mail {
  return { to, subject: message.title, text: `${message.text}\n\n${ALERT_WORDS[language].stop(stopUrl)}\n`, stopUrl }
}
