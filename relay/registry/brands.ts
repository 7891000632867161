/** Whom a stranger would pretend to be: data for reserved.ts. Chosen from what people are asked for by deceitful mail in France and around:
 *  banks, offices, parcels, telephone companies, shops, and the big services. */

/** Refused wherever they stand in a label: nobody calls a house so by chance. */
export const ANYWHERE =
  'paypal google microsoft facebook instagram whatsapp linkedin twitter youtube netflix spotify snapchat tiktok cloudflare docusign ' +
  'paysafecard mastercard americanexpress westernunion coinbase binance metamask boursorama boursobank hellobank fortuneo ' +
  'labanquepostale creditagricole creditmutuel creditlyonnais societegenerale bnpparibas banquepopulaire caissedepargne ' +
  'sparkasse commerzbank deutschebank volksbank rabobank unicredit barclays natwest lloydsbank ' +
  'impots urssaf franceconnect francetravail servicepublic assurancemaladie antaigouv ' +
  'colissimo chronopost mondialrelay laposte royalmail leboncoin vinted blablacar carrefour ' +
  'bouyguestelecom freemobile orangebank orangemoney redbysfr livebox numericable jeedomdns letsencrypt'

/** Everyday words and short ones: refused alone, and beside the words with which a deceiver dresses them up. */
export const ALONE =
  'apple orange free sfr sosh bouygues amazon ebay gmail icloud outlook hotmail yahoo windows messenger telegram signal discord zoom steam ' +
  'adobe dropbox github meta visa wise revolut santander hsbc lcl bnp ing edf engie ovh ovhcloud ameli antai caf cpam ants sncf ratp ' +
  'dhl dpd ups usps fedex hmrc irs amendes doctolib vinci fnac darty nike ledger'

/** The dress. */
export const DRESS =
  'login signin logon secure security account accounts compte comptes client clients customer support help helpdesk service services ' +
  'assistance contact verify verification update confirm confirmation id auth sso portal portail espace personnel bank banque banking pay ' +
  'payment paiement paiements remboursement refund billing facture mail webmail web www app apps my your official officiel online ' +
  'connexion connect info infos team shop store boutique colis livraison parcel tracking suivi mobile fibre gouv gov fr com net org eu uk de'
