/** The file by which a relay's commands know its public host and port, once it has run. */
export const ADDRESS_FILE = 'address.json'
