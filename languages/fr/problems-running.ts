import type { ProblemWords } from '../problems.ts'

/** Faire tourner un relais : ce qu'on dit à son exploitant. */
export const runningProblems: ProblemWords<'root-needs-account' | 'account-unusable'> = {
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
}
