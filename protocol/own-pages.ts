/** What the pages of relays and engines say of themselves (Server, RFC 9110 §10.2.4): whoever looks for programs at home passes them over. */
export const OWN_SERVER = 'Porchlight'
