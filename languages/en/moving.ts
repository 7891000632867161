export const moving = {
  leftOut: (name: string) => `Left out, because it is too large to be a part of your home: ${name}`,
  exported: (file: string) =>
    `Your home is in ${file}. This recovery code opens it. Write it down: it is shown this once, and whoever has both is you.`,
  ask: 'Recovery code:',
  putAside: (folder: string) => `What stood here before is now in ${folder}.`,
  imported:
    'This computer is now that home. Stop Porchlight on the old one for good before you start it here: only one of them can answer.',
  page: {
    heading: 'A new computer',
    lead: 'Your names, links and certificates move with you, in one sealed file.',
    make: 'Make the file',
    making: 'Making the file …',
    made: 'The file is made.',
    save: 'Save the file',
    code: 'Recovery code',
    codeHelp: 'Write it down now: it is shown this once. Whoever has the file and the code is you, so keep them apart.',
    copyCode: 'Copy the code',
    codeCopied: 'The code is on the clipboard.',
    fetch: 'This is the new computer',
    fetchLead: 'It becomes the home that is in the file. Stop Porchlight on the old computer first: only one of them can answer.',
    choose: 'Choose the file',
    chosen: (name: string) => `The file is ${name}.`,
    tooLarge: 'This file is too large for the page. The command "porchlight import" takes it.',
    become: 'Become this home',
    question: 'Become the home in this file?',
    detail:
      'What is set up on this computer is put aside, in a folder beside it. Porchlight starts again, and links made here work no more.',
    keep: 'Leave everything as it is',
    becoming: 'Porchlight is starting again as that home.',
  },
}
