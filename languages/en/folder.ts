/** A folder as its visitors see it. */
export const folder = {
  home: 'All files',
  way: 'Where you are',
  name: 'Name',
  size: 'Size',
  changed: 'Changed',
  /** In front of a folder's name, for who hears it. */
  folder: 'Folder',
  empty: 'This folder is empty.',
  pages: 'Pages of this folder',
  page: (page: number, all: number) => `Page ${page} of ${all}`,
  previous: 'Previous page',
  next: 'Next page',
  tooMany: (most: string) => `This folder holds more than can be shown: these are ${most} of its entries.`,
  absent: { title: 'There is nothing here', text: 'The file was moved or deleted, or the address was cut.' },
  closed: { title: 'This cannot be opened', text: 'The computer at home may not read it. Tell the person who shared it with you.' },
  back: 'Back to all files',
  /** To its owner, once it was added. */
  byLink: (service: string) => `Only who opens its share link may come in. "porchlight link ${service}" prints it.`,
}
