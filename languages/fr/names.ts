/** Comment cet appareil s'appelle, et comment il pourrait s'appeler. */
import type { en } from '../en/index.ts'
import { standing } from './problems-names.ts'

export const names: (typeof en)['names'] = {
  standing,
  heading: 'Votre adresse',
  text: 'Le nom de chaque service se place devant.',
  next: (domain) => `Bientôt ${domain} : son certificat est en route.`,
  former: (domain, until) => `${domain} mène encore chez vous jusqu'au ${until}.`,
  change: 'Changer de nom',
  label: 'Nouveau nom',
  help: "Minuscules, chiffres et tirets. L'ancien nom fonctionne encore pendant 30 jours.",
  missing: 'Tapez le nom que vous aimeriez.',
  checking: 'Question au relais…',
  unasked: 'Impossible de demander au relais pour le moment.',
  submit: 'Prendre ce nom',
  busy: 'Changement…',
  keep: 'Garder le nom',
  changed: (name) => `Vous vous appelez maintenant ${name}.`,
}
