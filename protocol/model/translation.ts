/** What the translation before a house does with UDP. */

/** RFC 4787 §4.1, §5: whether another receiver sees another address of ours, and whose datagrams are let in. */
export interface Translation {
  readonly mapping: TranslationBehaviour
  readonly filtering: TranslationBehaviour
}
export type TranslationBehaviour = 'endpoint-independent' | 'address-dependent' | 'address-and-port-dependent'
