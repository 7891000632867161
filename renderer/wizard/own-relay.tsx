import { Copy } from 'lucide-react'
import { useState } from 'react'
import { cloudInit, isPlainUrl, setupCommand } from '../../protocol/cloud-init.ts'
import { useWords } from '../src/language.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { Field } from '../ui/field.tsx'
import { CopyText } from './copy-text.tsx'

/** Where browsers trust certificates from, and nobody pays for them. */
const DIRECTORY = 'https://acme-v02.api.letsencrypt.org/directory'

/** A relay on a rented server: the text that makes it one, to be copied. */
export function OwnRelay() {
  const { ownRelay } = useWords().wizard
  const [domain, setDomain] = useState('')
  const [url, setUrl] = useState('')
  const [sha256, setSha256] = useState('')
  const wanted = {
    url: url.trim(),
    sha256: sha256.trim().toLowerCase(),
    flags: ['--domain', domain.trim().toLowerCase(), '--acme-directory', DIRECTORY],
  }
  const isReady =
    /^([a-z0-9-]+\.)+[a-z]{2,}$/.test(domain.trim().toLowerCase()) && isPlainUrl(wanted.url) && /^[0-9a-f]{64}$/.test(wanted.sha256)
  return (
    <div className="own-relay">
      <p>{ownRelay.text}</p>
      <Field label={ownRelay.domain} help={ownRelay.domainHelp} error={null} value={domain} onChange={setDomain} maxLength={200} />
      <Field label={ownRelay.url} help={ownRelay.urlHelp} error={null} value={url} onChange={setUrl} maxLength={500} />
      <Field label={ownRelay.sha256} help={ownRelay.sha256Help} error={null} value={sha256} onChange={setSha256} maxLength={80} />
      {isReady && (
        <>
          <div className="actions">
            <CopyText icon={Copy} text={cloudInit(wanted)} label={ownRelay.copy} look="primary" copied={ownRelay.copied} />
          </div>
          <Disclosure title={ownRelay.see}>
            <pre className="script mono small">{cloudInit(wanted)}</pre>
          </Disclosure>
          <p>{ownRelay.command}</p>
          <div className="actions">
            <CopyText icon={Copy} text={setupCommand(wanted)} label={ownRelay.copyCommand} copied={ownRelay.copied} />
          </div>
        </>
      )}
    </div>
  )
}
