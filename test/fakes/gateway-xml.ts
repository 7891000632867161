/** What the scripted router writes: its description and its answers. */

export interface FakeDevice {
  readonly friendlyName: string
  readonly manufacturer: string
  readonly modelName: string
  readonly serviceType: string
  readonly controlUrl: string
  /** Omitted from the description when "". */
  readonly urlBase: string
  /** Further services, before the real one. */
  readonly moreServices: readonly { readonly serviceType: string; readonly controlUrl: string }[]
}

export const FIREWALL_SERVICE = 'urn:schemas-upnp-org:service:WANIPv6FirewallControl:1'

export const PLAIN_DEVICE: FakeDevice = {
  friendlyName: 'Scripted router',
  manufacturer: 'Nobody',
  modelName: 'SR-1',
  serviceType: 'urn:schemas-upnp-org:service:WANIPConnection:1',
  controlUrl: '/ctl/IPConn',
  urlBase: '',
  moreServices: [],
}

/** Nested as the standard has it: gateway, WAN device, WAN connection device. */
export function describeDevice(device: FakeDevice): string {
  const services = [...device.moreServices, device]
    .map(
      ({ serviceType, controlUrl }) => `<service><serviceType>${serviceType}</serviceType><controlURL>${controlUrl}</controlURL></service>`,
    )
    .join('')
  return `<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major><minor>0</minor></specVersion>
${device.urlBase === '' ? '' : `<URLBase>${device.urlBase}</URLBase>`}
<device><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType>
<friendlyName>${device.friendlyName}</friendlyName><manufacturer>${device.manufacturer}</manufacturer><modelName>${device.modelName}</modelName>
<deviceList><device><deviceType>urn:schemas-upnp-org:device:WANDevice:1</deviceType>
<deviceList><device><deviceType>urn:schemas-upnp-org:device:WANConnectionDevice:1</deviceType>
<serviceList>${services}</serviceList>
</device></deviceList></device></deviceList></device></root>
`
}

export function describeResult(action: string, serviceType: string, values: Readonly<Record<string, string | number>>): string {
  const inner = Object.entries(values)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')
  return `<?xml version="1.0"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>
<u:${action}Response xmlns:u="${serviceType}">${inner}</u:${action}Response></s:Body></s:Envelope>`
}

export function describeFault(code: number): string {
  return `<?xml version="1.0"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring>
<detail><UPnPError xmlns="urn:schemas-upnp-org:control-1-0"><errorCode>${code}</errorCode><errorDescription>No</errorDescription></UPnPError></detail>
</s:Fault></s:Body></s:Envelope>`
}
