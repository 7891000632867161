import type { ProblemWords } from '../problems.ts'
import { moment } from './times.ts'

/** Bytes, as gigabytes. */
const gb = (bytes: string): string =>
  /^\d+$/.test(bytes) ? new Intl.NumberFormat('fr-FR', { maximumFractionDigits: 1 }).format(Number(bytes) / 1e9) : bytes

/** Ce que la personne qui tient le relais a décidé pour cet appareil, et ce que ses commandes lui répondent. */
export const operatorProblems: ProblemWords<
  | 'relay-quota-near'
  | 'relay-quota-reached'
  | 'service-taken-down'
  | 'link-taken-down'
  | 'not-published'
  | 'not-taken-down'
  | 'no-open-code'
  | 'relay-not-running'
> = {
  'relay-quota-near': ({ relay, used, limit, until }) => ({
    title: `Vous avez utilisé ${gb(used)} de vos ${gb(limit)} Go ce mois-ci.`,
    cause: `La personne qui tient ${relay} accorde à cet appareil ${gb(limit)} Go par mois à travers le relais, dans les deux sens réunis.`,
    consequence: `Une fois ce volume épuisé, plus personne n'entrera par le relais avant le ${moment(until)}. Les visites directes chez vous ne comptent pas.`,
    steps: [
      { text: "Activez l'UPnP sur votre box : Porchlight peut alors ouvrir le passage direct.", action: 'open-guide' },
      'Ou demandez davantage à la personne qui tient le relais.',
    ],
  }),
  'relay-quota-reached': ({ relay, limit, until }) => ({
    title: `Les ${gb(limit)} Go de ce mois à travers le relais sont épuisés.`,
    cause: `La personne qui tient ${relay} accorde à cet appareil ${gb(limit)} Go par mois, dans les deux sens réunis.`,
    consequence: `Plus personne n'entre par le relais avant le ${moment(until)}. Les noms, les vérifications et les visites directes chez vous continuent.`,
    steps: [
      'Attendez ce jour-là.',
      { text: "Ou activez l'UPnP sur votre box : Porchlight peut alors ouvrir le passage direct.", action: 'open-guide' },
      'Ou demandez davantage à la personne qui tient le relais.',
    ],
  }),
  'service-taken-down': ({ service, relay, reason }) => ({
    title: `Le relais a retiré ${service}.`,
    cause: `La personne qui tient ${relay} en a décidé ainsi : ${reason}.`,
    consequence: `Le nom de ${service} et ses liens ne mènent plus nulle part, même pour qui venait directement chez vous.`,
    steps: [
      'Écrivez à la personne qui tient le relais.',
      {
        text: "Si elle revient sur sa décision, tout remarche tout seul ; vos autres services continuent d'ici là.",
        action: 'show-service',
      },
    ],
  }),
  'link-taken-down': ({ service, relay, reason }) => ({
    title: `Le relais a retiré un lien de partage vers ${service}.`,
    cause: `La personne qui tient ${relay} en a décidé ainsi : ${reason}.`,
    consequence: `Qui ouvre ce lien apprend qu'il a été retiré. ${service} reste accessible sous son nom.`,
    steps: [
      { text: 'Écrivez à la personne qui tient le relais. Si elle rétablit le lien, il remarche sans rien faire.', action: 'show-links' },
    ],
  }),
  'not-published': ({ name }) => ({
    title: `Aucun appareil de ce relais ne publie ${name}.`,
    cause: "Il y a une faute de frappe, ou son propriétaire l'a retiré.",
    consequence: "Rien n'a été modifié.",
    remedy:
      "Donnez un lien de partage, son identifiant ou un nom comme web.amber-otter-42 ; la commande « links » donne ceux d'un appareil.",
  }),
  'not-taken-down': ({ name }) => ({
    title: `${name} n'est pas retiré.`,
    cause: 'Il a déjà été rétabli, ou il y a une faute de frappe.',
    consequence: "Rien n'a été modifié.",
    remedy: 'Regardez ce qui est retiré avec la commande « takedowns » du relais.',
  }),
  'no-open-code': ({ name }) => ({
    title: `Aucun code de relais inutilisé ne porte l'identifiant ${name}.`,
    cause: 'Il y a une faute de frappe, le code a servi, ou il a déjà été annulé.',
    consequence: "Rien n'a été modifié.",
    remedy: 'Regardez les codes avec la commande « codes » du relais. Un appareil entré avec un code peut être suspendu.',
  }),
  'relay-not-running': ({ data }) => ({
    title: `Aucun relais ne fonctionne sur ${data} en ce moment.`,
    cause: "Son processus s'est arrêté, il utilise un autre dossier, ou il a été lancé avec --operator-page off.",
    consequence: "Il n'y a rien à regarder.",
    remedy: 'Démarrez-le, ou nommez son dossier avec --data.',
  }),
}
