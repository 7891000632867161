/** UDP ports whose services answer strangers with more than they were sent (chargen, DNS, NTP, SNMP, CLDAP, SSDP, memcached; US-CERT
 *  TA14-017A): neither looked at nor offered. */
export const REFLECTING_UDP_PORTS: ReadonlySet<number> = new Set([19, 53, 123, 161, 389, 1900, 11211])
