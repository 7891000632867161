/** Ce qui peut ne pas aller quand la maison déménage. */
import type { ProblemWords } from '../problems.ts'

export const movingProblems: ProblemWords<
  'never-run' | 'import-not-empty' | 'export-unusable' | 'recovery-code-mistyped' | 'recovery-code-wrong'
> = {
  'never-run': ({ data }) => ({
    title: `Porchlight n'a jamais tourné dans ${data}.`,
    cause: 'Rien dans ce dossier ne pourrait être emporté.',
    consequence: "Aucun fichier n'a été écrit.",
    remedy: 'Indiquez avec --data le dossier de la maison à déménager.',
  }),
  'import-not-empty': ({ data }) => ({
    title: `Une autre maison habite déjà dans ${data}.`,
    cause: 'Cet ordinateur perdrait ses noms et ses liens.',
    consequence: "Rien n'a été modifié.",
    remedy: 'Ajoutez --replace pour la mettre de côté, ou indiquez un autre dossier avec --data.',
  }),
  'export-unusable': ({ path, reason }) => ({
    title: `${path} ne peut pas être importé : ${reason}.`,
    cause: "Ce fichier n'est pas un export de Porchlight, ou il n'est pas entier.",
    consequence: "Rien n'a été modifié.",
    remedy: "Copiez encore une fois le fichier depuis l'ancien ordinateur, ou refaites-y l'export.",
  }),
  'recovery-code-mistyped': () => ({
    title: 'Ce code de récupération comporte une faute de frappe.',
    cause: 'Il a 24 lettres et chiffres, et les quatre derniers vérifient les autres.',
    consequence: "Rien n'a été modifié.",
    remedy: 'Comparez-le à votre note, un groupe de quatre à la fois.',
  }),
  'recovery-code-wrong': ({ path }) => ({
    title: `Ce code de récupération n'ouvre pas ${path}.`,
    cause: "Il appartient à un autre export, ou le fichier a été modifié depuis qu'il a été écrit.",
    consequence: "Rien n'a été modifié.",
    remedy: "Prenez le code affiché avec ce fichier-là, ou refaites l'export sur l'ancien ordinateur.",
  }),
}
