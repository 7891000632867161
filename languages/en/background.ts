/** `porchlight service`. */
export const background = {
  installed: (path: string) => `Porchlight now runs in the background. Its service: ${path}`,
  untilLogout: (command: string) => `It ends when you log out. To have it run from the start of the computer: sudo ${command} "$USER"`,
  removed: (folder: string) => `Porchlight does not run in the background any more. Names, links and settings stay in ${folder}.`,
}
