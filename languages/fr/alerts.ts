/** Qui le relais prévient quand la maison est injoignable. */
import type { en } from '../en/index.ts'

export const alerts: (typeof en)['alerts'] = {
  states: {
    ready: 'prête',
    unconfirmed: 'attend un oui au courriel qui y a été envoyé',
    refused: 'ne veut pas de ces messages',
    unsupported: "ce relais n'envoie pas de courriel",
    failing: "le dernier message n'est pas arrivé",
    untold: 'le relais ne la connaît pas encore',
  },
  page: {
    heading: 'Quand votre maison ne répond plus',
    text: 'Votre relais peut vous prévenir quand cette maison est injoignable depuis cinq minutes, puis quand elle revient.',
    label: 'Qui prévenir',
    help: 'Une adresse de courriel, ou une adresse https:// de ntfy ou de votre propre programme.',
    add: 'Ajouter',
    added: (to) => `${to} a été ajoutée.`,
    remove: 'Retirer',
    removed: (to) => `${to} a été retirée.`,
    test: 'Envoyer un essai',
    testing: 'Envoi…',
    tested: "L'essai a été envoyé.",
  },
}
