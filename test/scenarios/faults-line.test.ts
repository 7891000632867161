/** What happens to the line: another address, told or not, a router that restarts, names that do not resolve. */
import { AT_NEW_ADDRESS, befalls, DIRECT } from './befalls.ts'

befalls('line', [
  [
    ['wan-change', AT_NEW_ADDRESS],
    ['wan-change-back', DIRECT],
  ],
  [
    ['wan-change-silent', AT_NEW_ADDRESS],
    ['wan-change-back', DIRECT],
  ],
  [['router-reboot', DIRECT]],
  [
    [
      'dns-down',
      {
        ...DIRECT,
        says: 'visitors who know the address come in as before',
      },
    ],
    ['dns-up', DIRECT],
  ],
])
