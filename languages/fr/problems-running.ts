import type { ProblemWords } from '../problems.ts'

/** Faire tourner un relais : ce qu'on dit à son exploitant. */
export const runningProblems: ProblemWords<
  'root-needs-account' | 'account-unusable' | 'restore-not-empty' | 'backup-unusable' | 'check-failed'
> = {
  'root-needs-account': ({ command }) => ({
    title: `Le relais ne tourne pas en root : créez-lui un compte avec « ${command} », puis relancez-le.`,
    cause: "Il a été lancé en root, et personne n'a dit sous quel compte il doit continuer.",
    consequence: "Le relais n'a pas démarré. Sinon, une seule erreur de sa part livrerait tout le serveur.",
    remedy: 'Créez ce compte, ou indiquez-en un autre avec --user. Dans un conteneur réservé au relais, --user root convient.',
  }),
  'account-unusable': ({ name, reason }) => ({
    title: `Le relais ne peut pas tourner sous le compte ${name} : ${reason}.`,
    cause: "Le compte, le dossier de données ou l'emplacement du programme ne convient pas.",
    consequence: "Le relais n'a pas démarré.",
    remedy:
      "Vérifiez que le compte existe, que le dossier de données lui appartient et qu'il peut lire le programme, par exemple sous /opt.",
  }),
  'restore-not-empty': ({ data }) => ({
    title: `Un relais a déjà fonctionné dans ${data}.`,
    cause: "Un relais restauré a besoin d'un dossier à lui, sinon les appareils de l'un des deux seraient perdus.",
    consequence: "Rien n'a été modifié.",
    remedy: "Indiquez un autre dossier avec --data, ou déplacez d'abord l'ancien.",
  }),
  'backup-unusable': ({ path, reason }) => ({
    title: `${path} ne peut pas être restauré : ${reason}.`,
    cause: "Ce fichier n'est pas une sauvegarde de relais, ou il a été modifié ou coupé depuis.",
    consequence: "Rien n'a été restauré.",
    remedy: 'Prenez un autre fichier de sauvegarde.',
  }),
  'check-failed': ({ detail }) => ({
    title: `Quelque chose ne va pas : ${detail}.`,
    cause: "Le relais ou ce qui l'entoure n'est pas comme il le faudrait.",
    consequence: "Des maisons ou des visiteurs n'atteignent pas ce relais, ou bientôt plus.",
    remedy: "Ce qu'il faut faire est dit à chaque point ci-dessus. Vérifiez ensuite à nouveau.",
  }),
}
