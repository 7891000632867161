/** Ce qui peut ne pas aller avec les certificats. */
import type { ProblemWords } from '../problems.ts'
import { moment } from './times.ts'

export const certificateProblems: ProblemWords<
  | 'certificate-failed'
  | 'authority-invalid'
  | 'authority-file'
  | 'certificate-files'
  | 'name-elsewhere'
  | 'own-name-invalid'
  | 'own-names-full'
  | 'own-name-unknown'
  | 'certificate-terms'
  | 'certificate-account'
  | 'certificate-untested'
  | 'certificate-rate-limited'
  | 'certificate-renewal-late'
  | 'certificate-renewal-failing'
  | 'certificate-renewal-ending'
  | 'certificate-over'
> = {
  'certificate-failed': ({ reason }) => ({
    title: "Le certificat de vos liens n'a pas pu être obtenu.",
    causes: [
      `Un certificat est ce qui permet aux navigateurs de se fier à vos liens. Il a été refusé : ${reason}.`,
      'La date de cet ordinateur est peut-être fausse.',
    ],
    consequence: "Les navigateurs avertissent vos visiteurs, ou refusent d'ouvrir la page.",
    steps: [
      { text: 'Patientez : Porchlight réessaie tout seul.', action: 'test-certificate' },
      'Si cela dure une heure, vérifiez la date de cet ordinateur.',
      'Si elle est juste, prévenez la personne qui tient le relais.',
    ],
  }),
  'authority-invalid': ({ name }) => ({
    title: `« ${name} » ne délivre pas de certificats.`,
    cause: "Ce n'est ni letsencrypt, ni zerossl, ni une adresse qui commence par https://.",
    consequence: "Rien n'a été changé.",
    steps: [{ text: "Donnez l'un des deux noms.", action: 'show-names' }, "Ou l'adresse d'un autre annuaire qui délivre des certificats."],
  }),
  'authority-file': ({ path, reason }) => ({
    title: `${path} ne peut pas garantir l'annuaire de certificats.`,
    cause: `Porchlight a ouvert ce fichier\u00a0: ${reason}.`,
    consequence: "Rien n'a été changé.",
    steps: [
      "Donnez le chemin complet d'un fichier de certificat qui se trouve sur l'ordinateur où Porchlight tourne.",
      'Vérifiez que ce compte a le droit de le lire.',
    ],
  }),
  'certificate-files': ({ host, path, reason }) => ({
    title: `Le fichier de certificat pour ${host} est inutilisable.`,
    cause: `${path} : ${reason}.`,
    consequence: "Celui qui était bon continue de servir jusqu'à sa fin. Sans lui, les navigateurs ne peuvent pas ouvrir ce nom.",
    steps: [
      "Mettez-en un bon à sa place : le certificat lui-même d'abord, puis ceux de ses émetteurs.",
      { text: 'Porchlight regarde toutes les dix secondes.', action: 'show-names' },
    ],
  }),
  'name-elsewhere': ({ host, address }) => ({
    title: `${host} ne mène pas à cette maison.`,
    cause: `Il mène à ${address}, dont le port 443 n'arrive pas ici. Qui délivre des certificats regarde chaque adresse d'un nom.`,
    consequence: "Il n'y a pas de certificat pour ce nom.",
    steps: [
      'Là où vous tenez ce nom, faites-le mener à cette seule maison.',
      'Sur la box, faites mener le port 443 à cet ordinateur.',
      { text: 'Porchlight réessaie tout seul.', action: 'test-certificate' },
    ],
  }),
  'own-name-invalid': ({ name }) => ({
    title: `« ${name} » ne peut pas être un nom de cette maison.`,
    cause: "Ce n'est ni un nom comme photos.example.org, ni ipv4 ou ipv6 pour l'adresse même de la maison.",
    consequence: "Rien n'a été changé.",
    steps: [{ text: 'Donnez le nom entier, sans https:// et sans chemin.', action: 'show-names' }],
  }),
  'own-names-full': ({ name }) => ({
    title: `${name} n'a pas pu être ajouté.`,
    cause: 'Vingt noms à vous au plus peuvent mener à cette maison.',
    consequence: 'Les autres restent comme ils étaient.',
    steps: [{ text: "Enlevez-en un d'abord.", action: 'show-names' }],
  }),
  'own-name-unknown': ({ name }) => ({
    title: `${name} n'est pas un nom de cette maison.`,
    cause: 'Il a peut-être déjà été enlevé.',
    consequence: "Rien n'a été changé.",
    steps: [{ text: 'Regardez la liste : porchlight name ls, ou porchlight certificate ls.', action: 'show-names' }],
  }),
  'certificate-terms': ({ host, address }) => ({
    title: "Il faut d'abord accepter des conditions d'utilisation.",
    cause: `Les certificats viennent de ${host}, qui demande à chacun d'accepter ses conditions d'utilisation (${address}).`,
    consequence: "D'ici là, il n'y a pas de certificat, et les navigateurs n'ouvrent pas vos liens.",
    steps: [{ text: "Lisez les conditions, puis choisissez « J'accepte ».", action: 'agree-terms' }],
  }),
  'certificate-account': ({ host }) => ({
    title: `${host} veut connaître votre compte.`,
    cause: `${host} ne délivre de certificats qu'à ses clients. Votre compte y affiche pour cela deux textes, « key ID » et « HMAC key ».`,
    consequence: "D'ici là, il n'y a pas de certificat, et les navigateurs n'ouvrent pas vos liens.",
    steps: [
      'Copiez les deux depuis votre compte.',
      "Lancez « porchlight certificate authority zerossl --eab-key-id ID » dans un terminal. L'autre vous est demandé.",
      { text: 'Regardez ensuite si cela fonctionne.', action: 'test-certificate' },
    ],
  }),
  'certificate-untested': ({ reason }) => ({
    title: 'Un renouvellement ne peut pas être essayé.',
    cause: `Pourquoi : ${reason}.`,
    consequence: "Rien n'a été changé.",
    steps: [
      { text: "Un essai demande une maison qui a reçu un nom d'un relais.", action: 'join-relay' },
      'Il demande aussi un annuaire qui propose des essais, comme letsencrypt.',
    ],
  }),
  'certificate-rate-limited': ({ host, reason, until }) => ({
    title: `${host} ne délivre plus de certificats avant le ${moment(until)}.`,
    cause: `Il compte les demandes, de la même façon pour tous, et sa limite est atteinte : ${reason}.`,
    consequence: "Un certificat déjà là continue de servir. S'il n'y en a pas encore, les navigateurs n'ouvrent pas vos liens.",
    steps: [{ text: "Il n'y a rien à faire : Porchlight attend jusque-là, puis reprend tout seul.", action: 'show-names' }],
  }),
  'certificate-renewal-late': ({ host, reason, until }) => ({
    title: `Le certificat de ${host} n'est pas encore renouvelé.`,
    cause: `Le dernier essai a échoué : ${reason}.`,
    consequence: `Rien pour l'instant : l'ancien est valable jusqu'au ${moment(until)}.`,
    steps: [{ text: 'Rien à faire : Porchlight réessaie tout seul.', action: 'test-certificate' }],
  }),
  'certificate-renewal-failing': ({ host, reason, until }) => ({
    title: `Le certificat de ${host} ne peut toujours pas être renouvelé.`,
    cause: `Tous les essais ont échoué jusqu'ici, le dernier ainsi : ${reason}.`,
    consequence: `Vos visiteurs ne remarquent rien avant le ${moment(until)}. Ensuite, les navigateurs les avertissent.`,
    steps: [
      { text: 'Essayez un renouvellement, et regardez où il bloque. Porchlight continue ses essais.', action: 'test-certificate' },
      'Vérifiez la date de cet ordinateur.',
      "Dites à la personne qui tient le relais ce que montre l'essai.",
    ],
  }),
  'certificate-renewal-ending': ({ host, reason, until }) => ({
    title: `Le certificat de ${host} se termine le ${moment(until)}.`,
    cause: `Aucun renouvellement n'a réussi, le dernier essai a échoué ainsi : ${reason}.`,
    consequence: "Ensuite, les navigateurs avertissent vos visiteurs, ou refusent d'ouvrir la page.",
    steps: [
      { text: 'Essayez maintenant un renouvellement : ses étapes montrent ce qui échoue.', action: 'test-certificate' },
      "Dites à la personne qui tient le relais ce que montre l'essai.",
    ],
  }),
  'certificate-over': ({ host, until }) => ({
    title: `Le certificat de ${host} a expiré.`,
    causes: [`Il était valable jusqu'au ${moment(until)}, et n'a pas pu être renouvelé.`, 'Ou la date de cet ordinateur est fausse.'],
    consequence: "Les navigateurs avertissent vos visiteurs, ou refusent d'ouvrir la page.",
    steps: [
      'Vérifiez la date de cet ordinateur.',
      {
        text: 'Essayez un renouvellement : ses étapes montrent ce qui échoue. Porchlight continue ses essais.',
        action: 'test-certificate',
      },
    ],
  }),
}
