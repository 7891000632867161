import type { Words } from '../index.ts'

/** Ce que peu de gens changent, à côté de la valeur par défaut. */
export const expert: Words['expert'] = {
  heading: "Valeurs d'expert",
  text: 'Porchlight les choisit bien tout seul. À côté de chacune figure sa valeur par défaut.',
  byDefault: (value) => `Par défaut : ${value}`,
  change: 'Changer',
  reset: 'Valeur par défaut',
  wasReset: (name) => `${name} : valeur par défaut rétablie.`,
  none: 'aucune',
  off: 'désactivé',
  on: 'activé',
  authority: 'Autorité de certification',
  guide: "Mode d'emploi de la box",
  guideByDefault: 'celui de la box reconnue',
  uploadLimit: 'Envoi le plus volumineux',
  proxyProtocol: 'Protocole PROXY',
  relayOnly: 'Toujours par le relais',
  mail: {
    label: 'E-mail pour les certificats',
    help: 'Qui délivre les certificats peut y écrire. Par défaut : aucun.',
    wrong: 'Une adresse comme anne@exemple.fr, ou rien.',
    save: 'Enregistrer',
    saved: 'Enregistré.',
  },
}
